// What the configuration's editor uses of CodeMirror; wwwroot-assets/js/config-editor.js puts it together.
export { basicSetup } from "codemirror";
export { EditorState } from "@codemirror/state";
export { EditorView } from "@codemirror/view";
export { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
export { autocompletion } from "@codemirror/autocomplete";
export { lintGutter, setDiagnostics } from "@codemirror/lint";
export { yaml } from "@codemirror/lang-yaml";
export { tags } from "@lezer/highlight";
