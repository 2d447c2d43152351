// "Data at this moment": asked of the server for each selected entry, kept for this visit, late answers dropped.
const pause = 120; // ms: a slider that is drawn along asks once

/** Returns load(seq) for every `[data-moment-url]` of the page. */
export function momentPanels() {
  const panels = [...document.querySelectorAll("[data-moment-url]")];
  const known = new Map();
  let timer = 0;
  let asking = null;

  async function fill(panel, seq) {
    const address = new URL(panel.dataset.momentUrl, location.href);
    address.searchParams.set("seq", String(seq));
    if (!known.has(address.href)) {
      panel.setAttribute("aria-busy", "true");
      const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" }, signal: asking.signal });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      known.set(address.href, await answer.text());
    }
    panel.innerHTML = known.get(address.href);
    panel.removeAttribute("aria-busy");
  }

  return function load(seq) {
    clearTimeout(timer);
    asking?.abort();
    if (panels.length === 0) return;
    timer = setTimeout(() => {
      asking = new AbortController();
      for (const panel of panels) {
        fill(panel, seq).catch((problem) => {
          if (problem.name !== "AbortError") panel.removeAttribute("aria-busy");
        });
      }
    }, pause);
  };
}
