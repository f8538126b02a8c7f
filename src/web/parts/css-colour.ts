/** What a custom property of the style sheet comes to here, as a canvas understands it. */
export function cssColour(host: HTMLElement, name: string): string {
  host.style.color = `var(${name})`;
  const { color } = getComputedStyle(host);
  host.style.color = '';
  return color;
}
