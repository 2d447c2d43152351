// Runs before the first paint, in the head: the theme a person chose, else the system's; and that scripts run at all.
const root = document.documentElement;
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function chosen() {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null; // storage can be switched off: then the system decides
  }
}

function apply() {
  const choice = chosen();
  const theme = choice === "light" || choice === "dark" ? choice : dark.matches ? "dark" : "light";
  if (root.dataset.bsTheme === theme) return;
  root.dataset.bsTheme = theme;
  document.dispatchEvent(new CustomEvent("theme-changed", { detail: { theme } }));
}

root.classList.add("js");
apply();
dark.addEventListener("change", apply);
window.addEventListener("storage", apply);
document.addEventListener("theme-chosen", apply);
