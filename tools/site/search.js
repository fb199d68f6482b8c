// The search: all words must stand in a section. Its index is a script that is
// loaded when somebody begins to type.
const found = {
  box: document.getElementById("search"),
  list: document.getElementById("results"),
  sections: null,

  load(index) {
    this.sections = index.docs.map(d => ({ ...d, low: (d.title + " " + d.text).toLowerCase() }));
    this.show();
  },

  type() {
    if (this.sections) return this.show();
    if (document.getElementById("index")) return; // on its way
    const script = document.createElement("script");
    script.id = "index";
    script.src = this.box.dataset.base + "/search/index.js";
    document.body.append(script);
  },

  show() {
    const words = this.box.value.toLowerCase().split(/\s+/).filter(w => w);
    // Titles count more than text, and guides more than references.
    const rank = s => words.filter(w => s.title.toLowerCase().includes(w)).length - (/reference|tests/.test(s.location) ? 1.5 : 0);
    const hits = words.length ? this.sections.filter(s => words.every(w => s.low.includes(w))) : [];
    hits.sort((a, b) => rank(b) - rank(a));
    this.list.replaceChildren(...hits.slice(0, 20).map(s => this.item(s, words[0])));
    if (words.length && !hits.length) this.list.textContent = "Nothing was found.";
    this.list.hidden = !words.length;
  },

  item(section, word) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = this.box.dataset.base + "/" + section.location;
    link.textContent = section.title;
    const text = document.createElement("small");
    const at = Math.max(0, section.text.toLowerCase().indexOf(word) - 30);
    text.textContent = section.text.slice(at, at + 120);
    item.append(link, text);
    item.addEventListener("click", () => { this.list.hidden = true; });
    return item;
  },
};
found.box.hidden = false;
found.box.addEventListener("input", () => found.type());
found.box.addEventListener("keydown", e => { if (e.key === "Escape") { found.box.value = ""; found.list.hidden = true; } });
const asked = new URLSearchParams(location.search).get("q");
if (asked) { found.box.value = asked; found.type(); }
