using System.Resources;

namespace Portal.Web.Words;

/// <summary>
/// Texts that services have in English themselves, in the other languages: a file for each of these alone, by keys of the
/// services. Nothing is loaded for English.
/// </summary>
internal sealed class ServiceWords(string file)
{
    private readonly ResourceManager _files = new($"Portal.Web.Words.{file}", typeof(ServiceWords).Assembly);

    /// <returns>Null when the English text is to be shown.</returns>
    public string? Find(string key) => Language.Current is var language && language != Language.English
        ? _files.GetResourceSet(language.Culture, createIfNotExists: true, tryParents: false)?.GetString(key)
        : null;
}
