// The text editor of the configuration page: CodeMirror, and what goes between it and the server.
import {
  EditorState, EditorView, HighlightStyle, autocompletion, basicSetup, indentUnit, lintGutter, setDiagnostics,
  syntaxHighlighting, tags, yaml,
} from "../lib/codemirror.js";

const textDelay = 250;
const cursorDelay = 120;
const draftKey = "portal-config-draft";

// By the variables of theme.css, so that a change of the theme needs no script.
export const theme = EditorView.theme({
  "&": { height: "100%", fontSize: ".875rem", backgroundColor: "var(--mud-palette-surface)", color: "var(--mud-palette-text-primary)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--mud-palette-text-primary)" },
  ".cm-cursor": { borderLeftColor: "var(--mud-palette-text-primary)" },
  ".cm-gutters": { backgroundColor: "var(--mud-palette-background-gray)", color: "var(--mud-palette-text-secondary)", borderRight: "1px solid var(--mud-palette-lines-default)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--mud-palette-action-default-hover)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--editor-selection)" },
  ".cm-selectionMatch": { backgroundColor: "var(--editor-selection)" },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--mud-palette-surface)", color: "var(--mud-palette-text-primary)", border: "1px solid var(--mud-palette-lines-default)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-mono)", maxHeight: "16rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--selected)", color: "var(--mud-palette-text-primary)" },
  ".cm-completionDetail": { color: "var(--mud-palette-text-secondary)" },
  ".cm-completionInfo": { maxWidth: "22rem", padding: ".5rem .75rem", fontSize: ".875rem" },
  ".cm-diagnostic": { padding: ".35rem .6rem", fontSize: ".875rem" },
});

export const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--mud-palette-primary)" },
  { tag: [tags.string, tags.content], color: "var(--mud-palette-text-primary)" },
  { tag: tags.comment, color: "var(--mud-palette-text-secondary)", fontStyle: "italic" },
  { tag: [tags.keyword, tags.labelName, tags.typeName], color: "var(--keyword)" },
]);

export function create(parent, text, label, readOnly, phrases, owner) {
  return new Editor(parent, text, label, readOnly, phrases, owner);
}

class Editor {
  constructor(parent, text, label, readOnly, phrases, owner) {
    this.owner = owner;
    this.timers = {};
    this.sent = text;
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        doc: text,
        extensions: [
          basicSetup, yaml(), theme, syntaxHighlighting(colours), lintGutter(), EditorView.lineWrapping,
          indentUnit.of("  "), EditorState.readOnly.of(readOnly), EditorState.phrases.of(phrases),
          autocompletion({ override: readOnly ? [] : [context => this.complete(context)] }),
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          EditorView.updateListener.of(update => this.updated(update)),
        ],
      }),
    });
  }

  updated(update) {
    if (update.docChanged) {
      this.later("text", textDelay, () => this.flush());
    } else if (update.selectionSet) {
      this.later("cursor", cursorDelay, () => this.owner.invokeMethodAsync("OnCursor", ...this.place()));
    }
  }

  later(name, delay, act) {
    clearTimeout(this.timers[name]);
    this.timers[name] = setTimeout(act, delay);
  }

  /** Line and column of the cursor, from 1. */
  place() {
    const head = this.view.state.selection.main.head;
    const line = this.view.state.doc.lineAt(head);
    return [line.number, head - line.from + 1];
  }

  /** Sends the text, as a stream: a message to the server may be far shorter than a configuration. */
  async flush() {
    clearTimeout(this.timers.text);
    const text = this.view.state.doc.toString();
    if (text !== this.sent) {
      this.sent = text;
      const stream = text === "" ? null : DotNet.createJSStreamReference(new TextEncoder().encode(text));
      await this.owner.invokeMethodAsync("OnText", stream, ...this.place());
    }
  }

  async complete(context) {
    const word = context.matchBefore(/[\w./:-]*/);
    if (!context.explicit && word.from === word.to) {
      return null;
    }

    await this.flush();
    const found = await this.owner.invokeMethodAsync("Complete", ...this.place());
    return {
      from: word.from,
      options: found.map(({ label, insert, detail, info }) => ({ label, apply: insert, detail, info })),
      validFor: /^[\w./:-]*$/,
    };
  }

  /** Puts a text in, by its one changed stretch, so that cursor, folds and undo stay. */
  setText(text) {
    const old = this.view.state.doc.toString();
    const shorter = Math.min(old.length, text.length);
    let start = 0;
    let end = 0;
    while (start < shorter && old[start] === text[start]) {
      start++;
    }

    while (end < shorter - start && old[old.length - 1 - end] === text[text.length - 1 - end]) {
      end++;
    }

    this.sent = text;
    if (old !== text) {
      this.view.dispatch({ changes: { from: start, to: old.length - end, insert: text.slice(start, text.length - end) } });
    }
  }

  /** @param marks of the form { line, column, message, severity } */
  setMarks(marks) {
    const doc = this.view.state.doc;
    const diagnostics = marks.filter(mark => mark.line <= doc.lines).map(({ line, column, message, severity }) => {
      const { from, to } = doc.line(line);
      const start = Math.min(from + column - 1, to);
      return { from: start, to, message, severity };
    });
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }

  goTo(line, column) {
    const doc = this.view.state.doc;
    const { from, to } = doc.line(Math.min(line, doc.lines));
    const place = Math.min(from + column - 1, to);
    this.view.dispatch({ selection: { anchor: place }, effects: EditorView.scrollIntoView(place, { y: "center" }) });
    this.view.focus();
  }

  destroy() {
    Object.values(this.timers).forEach(clearTimeout);
    this.view.destroy();
  }
}

// The draft outlives a lost connection and a reload, in this tab alone. The server takes secrets out of it first.
export function keepDraft(draft) {
  sessionStorage.setItem(draftKey, draft);
}

export function findDraft() {
  // As bytes, which come as a stream; a stream of none is refused.
  return new TextEncoder().encode(sessionStorage.getItem(draftKey) ?? "null");
}

export function dropDraft() {
  sessionStorage.removeItem(draftKey);
}
