import htm from 'htm';
import { type ComponentChildren, h, type VNode } from 'preact';

/** Templates of the page. Values become text and attributes, never markup. */
export const html = htm.bind(h) as (strings: TemplateStringsArray, ...values: unknown[]) => VNode;

export type Children = ComponentChildren;
