// Markdown, line by line: enough to tell headings, code, emphasis and links apart. CodeMirror's own brings HTML, CSS and JavaScript along.
export const markdown = {
  name: "markdown",
  startState: () => ({ fence: null }),
  token(stream, state) {
    if (state.fence) {
      if (stream.sol() && stream.match(state.fence)) {
        state.fence = null;
      }
      stream.skipToEnd();
      return "string";
    }
    if (stream.sol()) {
      const fence = stream.match(/^ {0,3}(`{3,}|~{3,})/);
      if (fence) {
        state.fence = new RegExp(`^ {0,3}${fence[1]}+\\s*$`);
        stream.skipToEnd();
        return "string";
      }
      if (stream.match(/^ {0,3}#{1,6}(\s|$)/)) {
        stream.skipToEnd();
        return "heading";
      }
      if (stream.match(/^ {0,3}(=+|-{3,}|\*{3,}|_{3,})\s*$/)) {
        return "meta";
      }
      if (stream.match(/^\s*>/)) {
        return "comment";
      }
      if (stream.match(/^\s*([-*+]|\d{1,9}[.)])(?=\s)/)) {
        return "keyword";
      }
    }
    if (stream.match(/^(`+)(?!`).*?[^`]\1(?!`)/)) {
      return "string";
    }
    if (stream.match(/^(\*\*|__)(?=\S)[^*_]+\1/)) {
      return "strong";
    }
    if (stream.match(/^([*_])(?=\S)[^*_]+\1/)) {
      return "emphasis";
    }
    if (stream.match(/^!?\[[^\]]*\](\([^)]*\)|\[[^\]]*\])/) || stream.match(/^<[a-z][a-z0-9+.-]*:[^\s<>]*>/i)) {
      return "link";
    }
    stream.next();
    stream.eatWhile(/[^`*_!\[<]/);
    return null;
  },
};
