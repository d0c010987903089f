// What the configuration's editor and the view of a file use of CodeMirror; config-editor.js and file-view.js in wwwroot-assets/js put it together.
export { basicSetup } from "codemirror";
export { EditorState, StateEffect } from "@codemirror/state";
export { EditorView } from "@codemirror/view";
export { HighlightStyle, StreamLanguage, indentUnit, syntaxHighlighting } from "@codemirror/language";
export { autocompletion } from "@codemirror/autocomplete";
export { lintGutter, setDiagnostics } from "@codemirror/lint";
export { yaml } from "@codemirror/lang-yaml";
export { tags } from "@lezer/highlight";
