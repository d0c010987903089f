using System.Net;
using System.Text.RegularExpressions;

namespace Portal.Tests.Fixtures;

/// <summary>A browser without scripts: cookies, forms, and no redirect followed by itself.</summary>
public sealed partial class PageBrowser : IDisposable
{
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _http;

    public PageBrowser(Uri address)
    {
        Address = address;
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies, AllowAutoRedirect = false });
    }

    /// <summary>Where the pages are. They may come back elsewhere after a restart: cookies do not ask for the port.</summary>
    public Uri Address { get; set; }

    /// <summary>The text in the session's cookie; null without one. Setting it is what a thief or attacker would do.</summary>
    public string? Session
    {
        get => _cookies.GetCookies(Address)["portal-session"]?.Value;
        set => _cookies.Add(Address, new Cookie("portal-session", value) { Path = "/" });
    }

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        return SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Address, path)), headers);
    }

    public async Task<string> ReadAsync(string path)
    {
        using var answer = await GetAsync(path);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Sends a form with the fields that the page hides in it.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string path, Dictionary<string, string> fields, params (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in await HiddenFieldsAsync(path, headers))
        {
            fields.TryAdd(name, value);
        }

        return await PostAsync(path, fields, headers);
    }

    /// <summary>What a page hides in its forms, with which they are sent.</summary>
    public async Task<IReadOnlyDictionary<string, string>> HiddenFieldsAsync(string path, params (string Name, string Value)[] headers)
    {
        using var page = await GetAsync(path, headers);
        return HiddenField().Matches(await page.Content.ReadAsStringAsync())
            .ToDictionary(hidden => hidden.Groups["name"].Value, hidden => WebUtility.HtmlDecode(hidden.Groups["value"].Value));
    }

    public Task<HttpResponseMessage> PostAsync(string path, Dictionary<string, string> fields, params (string Name, string Value)[] headers)
    {
        return SendAsync(
            new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path)) { Content = new FormUrlEncodedContent(fields) }, headers);
    }

    public Task<HttpResponseMessage> SignInAsync(string name, string password, string path = "/signin")
    {
        return SubmitAsync(path, new() { ["Form.Name"] = name, ["Form.Password"] = password });
    }

    /// <summary>By the form in the menu of a page.</summary>
    public async Task<HttpResponseMessage> SignOutAsync()
    {
        return await PostAsync("/signout", new(await HiddenFieldsAsync("/")));
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _http.SendAsync(request);
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex HiddenField();
}
