// A file out of an image, as text to read: CodeMirror, which shows characters that nobody would see, and makes only the lines in sight.
import {
  EditorState, EditorView, HighlightStyle, StateEffect, StreamLanguage, basicSetup, syntaxHighlighting, tags, yaml,
} from "../lib/codemirror.js";
import { colours, theme } from "./config-editor.js";
import { languageOf } from "./file-language.js";

const views = new WeakMap();

// In a program's text strings stand out; in YAML nearly everything is one.
const codeColours = HighlightStyle.define([
  { tag: tags.comment, color: "var(--mud-palette-text-secondary)", fontStyle: "italic" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.inserted], color: "var(--json-string)" },
  { tag: [tags.keyword, tags.atom, tags.bool, tags.number, tags.meta, tags.labelName, tags.typeName, tags.tagName], color: "var(--keyword)" },
  { tag: [tags.propertyName, tags.definition(tags.variableName), tags.standard(tags.variableName), tags.attributeName, tags.link], color: "var(--mud-palette-primary)" },
  { tag: tags.deleted, color: "var(--mud-palette-error)" },
  { tag: [tags.heading, tags.strong], fontWeight: "600" },
  { tag: tags.emphasis, fontStyle: "italic" },
]);

export function show(parent, text, label, phrases) {
  hide(parent);
  const isData = /\.(ya?ml|json)$/i.test(label);
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        basicSetup, theme, isData ? [yaml(), syntaxHighlighting(colours)] : [],
        EditorState.readOnly.of(true), EditorState.phrases.of(phrases), EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, "aria-readonly": "true", tabindex: "0" }),
      ],
    }),
  });
  views.set(parent, view);
  const language = isData ? null : languageOf(label, text);
  if (language) {
    // The text is there at once; its colours come with the languages.
    colour(parent, view, language);
  }
}

export function hide(parent) {
  views.get(parent)?.destroy();
  views.delete(parent);
}

async function colour(parent, view, language) {
  const modes = await import("../lib/codemirror-modes.js").catch(() => null);
  if (modes && views.get(parent) === view) {
    view.dispatch({ effects: StateEffect.appendConfig.of([StreamLanguage.define(modes[language]), syntaxHighlighting(codeColours)]) });
  }
}
