// Every page of the curators works without this script. It keeps what is being typed, filters lists
// as one types, and puts the focus where something went wrong.

document.querySelector("#error-summary, #stale")?.focus();

// What is being typed is kept every now and then: for this person alone, never as a version.
const KEEP_EVERY = 20_000;
// A request that outlives its page may carry this much.
const MOST_AFTER_LEAVING = 60_000;

const form = document.querySelector("form[data-keep]");

const keeping = (form) => {
  const note = document.getElementById("kept-note");
  const field = (name) => form.elements.namedItem(name);
  let changed = false;
  let failed = false;
  let stopped = false;
  let timer;
  let request;

  // Tells this window from others of the same person.
  field("window").value = crypto.getRandomValues(new Uint32Array(4)).join("-");

  const stop = (words) => {
    stopped = true;
    failed = true;
    clearTimeout(timer);
    note.textContent = words;
  };

  const keep = async ({ leaving = false } = {}) => {
    clearTimeout(timer);
    timer = undefined;
    if (!changed || stopped) return;
    const body = new URLSearchParams(new FormData(form));
    const keepalive = leaving && body.toString().length < MOST_AFTER_LEAVING;
    changed = false;
    request?.abort();
    const own = new AbortController();
    request = own;
    try {
      const answer = await fetch(form.dataset.keep, { method: "POST", body, keepalive, redirect: "manual", signal: own.signal });
      if (answer.ok) {
        field("kept_at").value = (await answer.json()).kept_at;
        failed = false;
        const time = new Date(field("kept_at").value).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
        note.textContent = `Kept at ${time}, not saved yet`;
      } else if (answer.status === 409) {
        stop((await answer.json()).said);
      } else if (answer.status === 401 || answer.status === 403 || answer.type === "opaqueredirect") {
        stop("Your session has ended. What you typed is still here: save, log in when asked, and nothing is lost.");
      } else {
        throw new Error(answer.statusText);
      }
    } catch (error) {
      if (error.name === "AbortError") return;
      changed = true;
      failed = true;
      note.textContent = "What you type could not be kept just now. Save before you leave this page.";
      wait();
    }
  };

  const wait = () => {
    timer ??= setTimeout(keep, KEEP_EVERY);
  };

  form.addEventListener("input", (event) => {
    // What is typed into a search box is no part of the record.
    if (event.target.type === "search") return;
    changed = true;
    if (!stopped) wait();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep({ leaving: true });
  });
  addEventListener("pagehide", () => keep({ leaving: true }));
  // Saving does what keeping is for; a late keep would bring back what has just been saved.
  let saving = false;
  form.addEventListener("submit", () => {
    saving = true;
    stopped = true;
    clearTimeout(timer);
    request?.abort();
  });
  // Coming back to a page that the browser had put aside.
  addEventListener("pageshow", (event) => {
    if (event.persisted && saving) {
      saving = false;
      stopped = false;
    }
  });
  addEventListener("beforeunload", (event) => {
    if (failed && changed && !saving) event.preventDefault();
  });
};

if (form) keeping(form);

// Pickers: the list shrinks as one types. The button still searches among all records.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();

for (const picker of document.querySelectorAll("[data-picker]")) {
  const box = picker.querySelector("input[type=search]");
  const options = [...picker.querySelectorAll(".option")].map((option) => [option, plain(option.textContent)]);
  box.addEventListener("input", () => {
    const words = plain(box.value).split(" ");
    for (const [option, text] of options) {
      option.hidden = !option.querySelector("input").checked && !words.every((word) => text.includes(word));
    }
  });
  // Enter in a search box searches; it must not save.
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    picker.querySelector("button").click();
  });
}
