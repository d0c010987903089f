using System.Collections;
using Portal.Web.Commands;

var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
    .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? string.Empty, StringComparer.Ordinal);
return await CommandLine.RunAsync(args, environment);
