"""The roles and support groups that every installation has from its first start."""

from typing import Final

from engine.model.record import Role

_ROLES: Final = (
    ("service_desk", "Service desk", "First contact: logs, classifies, fixes, closes."),
    ("incident_manager", "Incident manager", "Keeps incidents within their targets."),
    ("major_incident_manager", "Major incident manager", "Leads when a failure hits many at once."),
    ("communications_lead", "Communications lead", "Tells customers and staff what happens, and when they hear more."),
    ("problem_manager", "Problem manager", "Sees to it that causes are found and cured."),
    ("request_fulfiller", "Request fulfilment", "Provides what the catalogue offers."),
    ("change_manager", "Change manager", "Steers changes from request to review."),
    ("cab_member", "Change advisory board", "Advises and votes on changes."),
    ("duty_manager", "Duty manager", "Decides in an emergency when nobody else can."),
    ("release_manager", "Release manager", "Brings releases safely into use."),
    ("configuration_manager", "Configuration manager", "Keeps configuration records true."),
    ("service_owner", "Service owner", "Answers for a service to its customers."),
    ("design_lead", "Service design lead", "Plans and designs new and changed services."),
    ("operations_manager", "Operations manager", "Runs services day by day, and accepts them into operation."),
    ("service_level_manager", "Service level manager", "Agrees service levels and watches that they are kept."),
    ("report_analyst", "Report analyst", "Collects and checks the figures of reports."),
    ("availability_manager", "Availability manager", "Plans and measures how available services are."),
    ("continuity_manager", "Continuity manager", "Keeps and tests plans for the worst day."),
    ("capacity_manager", "Capacity manager", "Sees to it that there is enough, and not too much."),
    ("finance_manager", "Finance manager", "Plans, watches and explains what services cost."),
    ("finance_director", "Finance director", "Approves budgets and what exceeds them."),
    ("security_manager", "Information security manager", "Answers for controls and for security incidents."),
    ("security_analyst", "Security analyst", "Contains, examines and cures security incidents."),
    ("data_owner", "Data owner", "Decides who may use which data."),
    ("relationship_manager", "Relationship manager", "Knows the customers, and speaks for them."),
    ("complaint_manager", "Complaint manager", "Sees complaints through to an answer."),
    ("customer_representative", "Customer representative", "Agrees, accepts and reviews services for a customer."),
    ("supplier_manager", "Supplier manager", "Answers for suppliers and their contracts."),
    ("legal_adviser", "Legal adviser", "Advises on contracts and disputes."),
    ("top_management", "Top management", "Sets policy, gives means, and reviews results."),
    ("service_manager", "Service management lead", "Answers to top management for the whole of service management."),
    ("document_controller", "Document controller", "Keeps documents valid, known and in one place."),
    ("training_manager", "Training manager", "Sees to it that people can do what their roles ask."),
    ("audit_manager", "Audit manager", "Plans internal audits and sees findings through."),
    ("internal_auditor", "Internal auditor", "Checks practice against plan and standard, never the own work."),
    ("improvement_manager", "Improvement manager", "Keeps the register of improvements moving."),
    ("process_owner", "Process owner", "Edits, proposes and releases processes."),
    ("auditor", "Auditor", "Reads every case and its history."),
    ("data_protection", "Data protection", "Erases personal data, with a reason."),
    ("operator", "Operator", "Keeps the installation running; cancels cases."),
    ("administrator", "Administrator", "Manages people, roles and services."),
)
_GROUPS: Final = (
    ("support_network", "Network", "Support group for networks."),
    ("support_workplace", "Workplace", "Support group for devices and printing."),
    ("support_applications", "Applications", "Support group for applications."),
)

ROLES: Final = tuple(
    Role(id=role_id, title=title, kind=kind, purpose=purpose)
    for kind, rows in (("role", _ROLES), ("group", _GROUPS))
    for role_id, title, purpose in rows
)
