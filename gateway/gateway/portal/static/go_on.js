// Work in stretches goes on by itself; whoever leaves the page stops it.
document.querySelector("[data-go-on] button").click();
