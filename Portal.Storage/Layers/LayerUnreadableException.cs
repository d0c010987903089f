namespace Portal.Storage.Layers;

/// <summary>A layer that has no list of files, or whose list ends early. The message is a sentence for people.</summary>
public sealed class LayerUnreadableException(string message) : Exception(message);
