// A part of a page that htmx brings anew is left alone while somebody is in it, and what was unfolded there stays unfolded.
"use strict"

const unfolded = new Map()
const name = each => `${each.closest("[id]").id} ${each.querySelector("summary").textContent}`

document.addEventListener("htmx:beforeSwap", event => {
  const part = event.detail.target
  if (event.detail.requestConfig.elt.id !== "live") return
  if (part.contains(document.activeElement)) {
    event.detail.shouldSwap = false
    return
  }
  part.querySelectorAll("details").forEach(each => unfolded.set(name(each), each.open))
})

document.addEventListener("htmx:afterSettle", event => {
  document.querySelectorAll("details").forEach(each => {
    if (unfolded.has(name(each))) each.open = unfolded.get(name(each))
  })
  unfolded.clear()
})
