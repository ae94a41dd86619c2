"""``citations.html``: the picture of citations as a page to look at closely, without a network or a server."""

from __future__ import annotations

import json
from html import escape

from slr.report.citations import Layout, svg


def page(layout: Layout, title: str) -> str:
    """The page: the picture, a search box, and what is known of the work that is pointed at or chosen."""
    works = {
        work_id: {"state": place.work.state, "known": place.work.known, "about": list(place.work.about)}
        for work_id, place in sorted(layout.places.items())
    }
    data = json.dumps(works, ensure_ascii=False, sort_keys=True).replace("</", "<\\/")
    return _PAGE.replace("@TITLE@", escape(title)).replace("@PICTURE@", svg(layout, title)).replace("@WORKS@", data)


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>@TITLE@: citations</title>
<style>
body { margin: 0; font: 14px/1.45 Arial, Helvetica, sans-serif; color: #111; }
header { position: sticky; top: 0; background: #fff; border-bottom: 1px solid #ccc; padding: 8px 16px; z-index: 1; }
header input { font: inherit; width: 22em; max-width: 60vw; padding: 3px 6px; }
#found { color: #555; margin-left: 8px; }
#about { min-height: 5.6em; white-space: pre-line; padding-top: 6px; }
main { overflow: auto; padding: 8px; }
svg { max-width: none; height: auto; }
.work { cursor: pointer; }
.work:focus { outline: 2px solid #b35900; }
svg.choosing .work { opacity: 0.18; }
svg.choosing .edge { opacity: 0.05; }
svg.choosing .work.on { opacity: 1; }
svg.choosing .edge.on { opacity: 1; stroke: #b35900; stroke-width: 1.6; }
.work.chosen circle, .work.chosen path { stroke: #b35900; stroke-width: 2.5; }
</style>
</head>
<body>
<header>
<label for="search">Find a work </label><input id="search" type="search" placeholder="title, author, year, id">
<span id="found" role="status"></span>
<div id="about" aria-live="polite">Point at a work to read about it; click to keep it and its citations in view.</div>
</header>
<main>
@PICTURE@
</main>
<script type="application/json" id="works">@WORKS@</script>
<script>
"use strict";
const works = JSON.parse(document.getElementById("works").textContent);
const picture = document.querySelector("main svg");
const about = document.getElementById("about");
const marks = new Map([...picture.querySelectorAll(".work")].map(mark => [mark.dataset.id, mark]));
const edges = [...picture.querySelectorAll(".edge")];
const rest = about.textContent;
let chosen = null;

function words(id) {
  const work = works[id];
  const cites = edges.filter(edge => edge.dataset.from === id).length;
  const cited = edges.filter(edge => edge.dataset.to === id).length;
  const state = work.state === "unscreened" ? "not screened yet" : work.state;
  return [...work.about, `${state}${work.known ? ", of the known set" : ""}; ` +
    `cites ${cites} and is cited by ${cited} of the works drawn`].join("\\n");
}
function light(ids, linked) {
  picture.classList.toggle("choosing", ids !== null);
  const on = new Set(ids || []);
  for (const edge of edges) {
    const here = linked && ids !== null && (on.has(edge.dataset.from) || on.has(edge.dataset.to));
    edge.classList.toggle("on", here);
  }
  const near = new Set(on);
  if (linked && ids !== null) {
    for (const edge of edges) {
      if (edge.classList.contains("on")) { near.add(edge.dataset.from); near.add(edge.dataset.to); }
    }
  }
  for (const [id, mark] of marks) { mark.classList.toggle("on", near.has(id)); }
}
function choose(id) {
  if (chosen) { marks.get(chosen).classList.remove("chosen"); }
  chosen = id;
  if (id) { marks.get(id).classList.add("chosen"); about.textContent = words(id); light([id], true); }
  else { about.textContent = rest; light(null, false); }
}
for (const [id, mark] of marks) {
  mark.setAttribute("tabindex", "0");
  mark.addEventListener("mouseenter", () => {
    if (!chosen) { about.textContent = words(id); light([id], true); }
  });
  mark.addEventListener("mouseleave", () => { if (!chosen) { choose(null); } });
  mark.addEventListener("click", event => { event.stopPropagation(); choose(chosen === id ? null : id); });
  mark.addEventListener("keydown", event => { if (event.key === "Enter") { choose(chosen === id ? null : id); } });
}
picture.addEventListener("click", () => choose(null));
document.getElementById("search").addEventListener("input", event => {
  const wanted = event.target.value.trim().toLowerCase().split(/\\s+/).filter(Boolean);
  choose(null);
  if (!wanted.length) { document.getElementById("found").textContent = ""; return; }
  const ids = Object.keys(works).filter(id => {
    const text = (id + " " + works[id].about.join(" ")).toLowerCase();
    return wanted.every(word => text.includes(word));
  });
  document.getElementById("found").textContent = `${ids.length} of ${marks.size} works`;
  light(ids, false);
  if (ids.length === 1) { choose(ids[0]); }
});
</script>
</body>
</html>
"""
