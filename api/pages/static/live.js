// A part of a page that htmx brings anew is left alone while somebody is in it, and what was unfolded there stays unfolded.
"use strict"

// What can be unfolded, by the part that it is in, by its words, and by its turn among those of the same words.
function folding() {
  const found = new Map(), turns = new Map()
  for (const each of document.querySelectorAll("[id] details")) {
    const words = `${each.parentElement.closest("[id]").id} ${each.querySelector("summary").textContent}`
    const turn = (turns.get(words) || 0) + 1
    turns.set(words, turn)
    found.set(`${words} ${turn}`, each)
  }
  return found
}

let before = new Map()

document.addEventListener("htmx:beforeSwap", event => {
  if (event.detail.requestConfig.elt.id !== "live") return
  if (event.detail.target.contains(document.activeElement)) event.detail.shouldSwap = false
  else folding().forEach((each, name) => before.set(name, each.open))
})

document.addEventListener("htmx:afterSettle", () => {
  folding().forEach((each, name) => { if (before.has(name)) each.open = before.get(name) })
  before = new Map()
})
