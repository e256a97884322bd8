// Everything works without this script; it only saves a click here and there.

// Filters apply as soon as one is ticked. The page is fetched and its results put in place, so that
// focus and scroll stay where they are; the address follows, so that "back" works as ever.
const form = () => document.getElementById("filters");

const address = (form) => {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (value !== "") query.append(name, value);
  }
  return query.size ? `${form.action}?${query}` : form.action;
};

let latest;
// The address of the list on the page, without its fragment.
let shown = location.pathname + location.search;

const show = async (url, keepAddress) => {
  latest?.abort();
  latest = new AbortController();
  try {
    const response = await fetch(url, { signal: latest.signal });
    if (!response.ok) throw new Error(response.statusText);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    // The server redirects to the canonical address.
    if (!keepAddress) history.pushState({ filters: true }, "", response.url);
    shown = location.pathname + location.search;
    put(page);
  } catch (error) {
    if (error.name !== "AbortError") location.assign(url);
  }
};

// Puts what stands beside `fresh` in its parent in place of what stands beside `kept` in its own.
const replaceAround = (kept, fresh) => {
  for (const node of [...kept.parentElement.childNodes]) if (node !== kept) node.remove();
  let isBefore = true;
  for (const node of [...fresh.parentElement.childNodes]) {
    if (node === fresh) isBefore = false;
    else if (isBefore) kept.before(node);
    else kept.parentElement.append(node);
  }
};

// Puts the parts of a fetched list in place of those on the page. The announcement never leaves the
// page, or a screen reader would not speak it; nor do the controls, of which one has the focus.
const put = (page) => {
  document.title = page.title;
  document.querySelector("link[rel=canonical]").href = page.querySelector("link[rel=canonical]").href;
  document.querySelector(".printed-from").replaceWith(page.querySelector(".printed-from"));
  let kept = document.querySelector("#results [role=status]");
  let fresh = page.querySelector("#results [role=status]");
  kept.innerHTML = fresh.innerHTML;
  for (; kept.id !== "results"; kept = kept.parentElement, fresh = fresh.parentElement) {
    replaceAround(kept, fresh);
  }
  document.getElementById("q").value = page.getElementById("q").value;
  document.querySelector(".filters > summary").replaceChildren(
    ...page.querySelector(".filters > summary").childNodes,
  );
  const known = new Map();
  for (const input of form().querySelectorAll("input[type=checkbox]")) known.set(input.name + "=" + input.value, input);
  for (const input of page.querySelectorAll("#filters input[type=checkbox]")) {
    const own = known.get(input.name + "=" + input.value);
    if (!own) continue;
    own.checked = input.checked;
    own.closest(".option").className = input.closest(".option").className;
    own.closest(".option").querySelector(".option-count").innerHTML =
      input.closest(".option").querySelector(".option-count").innerHTML;
  }
  const facets = page.querySelectorAll("#filters .facet");
  form().querySelectorAll(".facet").forEach((facet, index) => {
    if (!facets[index]) return;
    facet.querySelector("summary").innerHTML = facets[index].querySelector("summary").innerHTML;
    const histogram = facet.querySelector(".histogram");
    histogram?.replaceWith(facets[index].querySelector(".histogram"));
    for (const select of facet.querySelectorAll("select")) {
      select.value = facets[index].querySelector(`select[name=${select.name}]`).value;
    }
  });
  const foot = form().querySelector(".filters-foot");
  const link = foot.querySelector(".chip-clear");
  const freshLink = page.querySelector(".filters-foot .chip-clear");
  link?.remove();
  if (freshLink) foot.append(freshLink);
};

if (form()) {
  form().addEventListener("change", () => show(address(form())));
  addEventListener("popstate", () => {
    // A link within the page moves through the history too.
    if (location.pathname + location.search !== shown) show(location.href, true);
  });
}

// Buttons that copy a text of the page, and say so.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const said = button.parentElement.querySelector("[role=status]");
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      said.textContent = "Copied";
    } catch {
      said.textContent = "The browser did not allow it: select the text and copy it by hand";
    }
  });
}

// A print that was opened long after the page says the day on which it was printed.
addEventListener("beforeprint", () => {
  const time = document.querySelector(".printed-from time");
  const now = new Date();
  time.dateTime = now.toISOString().slice(0, 10);
  time.textContent = now.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
});
