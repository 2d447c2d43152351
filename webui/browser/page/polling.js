// Lists that keep themselves true: asked again every ten seconds with the ETag, not while nobody looks.
const usual = 10000; // ms
const longest = 120000;

function busy(region) {
  const focused = document.activeElement;
  const typing = region.contains(focused) && focused.matches("input, select, textarea");
  return typing || region.querySelector("details[open], dialog[open]") !== null;
}

/** Where the focus and the selected row are, in words that outlive the swap. */
function remember(region) {
  const focused = document.activeElement;
  const inside = region.contains(focused);
  return {
    focus: inside ? focused.getAttribute("href") ?? focused.id : null,
    row: region.querySelector("[data-row].on a[href]")?.getAttribute("href") ?? null,
  };
}

function recall(region, { focus, row }) {
  const links = [...region.querySelectorAll("a[href]")];
  const find = (address) => links.find((link) => link.getAttribute("href") === address);
  if (row) find(row)?.closest("[data-row]")?.classList.add("on");
  if (focus) (find(focus) ?? region.querySelector(`#${CSS.escape(focus)}`))?.focus({ preventScroll: true });
}

function poll(region) {
  let etag = region.dataset.pollEtag ?? null;
  let wait = Number(region.dataset.pollEvery) * 1000 || usual;
  const normal = wait;
  let timer = 0;
  let running = false;

  async function ask() {
    clearTimeout(timer);
    if (running || document.hidden || !region.isConnected) return;
    running = true;
    try {
      const headers = { "X-Requested-With": "fetch", ...(etag ? { "If-None-Match": etag } : {}) };
      const answer = await fetch(region.dataset.pollUrl, { headers, cache: "no-store" });
      if (answer.redirected || answer.status === 401 || answer.status === 403) return; // signed out: the next click says so
      wait = answer.ok || answer.status === 304 ? normal : Math.min(longest, wait * 2);
      if (answer.ok && answer.status !== 204) await swap(answer);
      timer = setTimeout(ask, wait);
    } catch {
      wait = Math.min(longest, wait * 2);
      timer = setTimeout(ask, wait);
    } finally {
      running = false;
    }
  }

  async function swap(answer) {
    const markup = await answer.text();
    if (busy(region)) return;
    const told = etag;
    etag = answer.headers.get("ETag");
    if (told !== null && told === etag) return;
    const kept = remember(region);
    region.innerHTML = markup;
    recall(region, kept);
    region.dispatchEvent(new Event("polled", { bubbles: true }));
  }

  timer = setTimeout(ask, wait);
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : ask()));
}

export function startPolling() {
  document.querySelectorAll("[data-poll-url]").forEach(poll);
}
