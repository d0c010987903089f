namespace Portal.Web.Components.Pages;

/// <summary>What the page of the configuration can show.</summary>
public enum EditorState
{
    Loading,

    /// <summary>This visitor may not see it.</summary>
    Denied,

    /// <summary>The registry was started without a file.</summary>
    NoFile,

    /// <summary>The file cannot be read, or not be shown.</summary>
    Failed,
    Ready,
}

/// <summary>How the text is looked at.</summary>
public enum EditorView
{
    Yaml,
    Form,
    History,
}
