using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Portal.Registry.Configuration;

namespace Portal.Registry.Protocol;

/// <summary><c>http.headers</c>, ready to be set on an answer.</summary>
public sealed class ExtraHeaders
{
    private volatile KeyValuePair<string, StringValues>[] _headers;

    public ExtraHeaders(LiveConfiguration live)
    {
        _headers = Read(live.Current);
        live.Changed += () => _headers = Read(live.Current);
    }

    public void AddTo(HttpResponse response)
    {
        foreach (var (name, values) in _headers)
        {
            response.Headers[name] = values;
        }
    }

    private static KeyValuePair<string, StringValues>[] Read(RegistryConfiguration configuration) =>
        [.. configuration.Http.Headers.Select(header => KeyValuePair.Create(header.Key, new StringValues([.. header.Value])))];
}
