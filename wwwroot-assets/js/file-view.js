// A file out of an image, as text to read: CodeMirror, which shows characters that nobody would see, and makes only the lines in sight.
import { EditorState, EditorView, basicSetup, syntaxHighlighting, yaml } from "../lib/codemirror.js";
import { colours, theme } from "./config-editor.js";

const views = new WeakMap();

export function show(parent, text, label, phrases) {
  hide(parent);
  views.set(parent, new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        basicSetup, theme, syntaxHighlighting(colours), /\.(ya?ml|json)$/i.test(label) ? yaml() : [],
        EditorState.readOnly.of(true), EditorState.phrases.of(phrases), EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, "aria-readonly": "true", tabindex: "0" }),
      ],
    }),
  }));
}

export function hide(parent) {
  views.get(parent)?.destroy();
  views.delete(parent);
}
