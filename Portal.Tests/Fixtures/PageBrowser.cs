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
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies, AllowAutoRedirect = false }) { BaseAddress = address };
    }

    public Uri Address { get; }

    /// <summary>The text in the session's cookie; null without one. Setting it is what a thief or attacker would do.</summary>
    public string? Session
    {
        get => _cookies.GetCookies(Address)["portal-session"]?.Value;
        set => _cookies.Add(Address, new Cookie("portal-session", value) { Path = "/" });
    }

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        return SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative)), headers);
    }

    public async Task<string> ReadAsync(string path)
    {
        using var answer = await GetAsync(path);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Sends a form with the fields that the page hides in it.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string path, Dictionary<string, string> fields, params (string Name, string Value)[] headers)
    {
        using var page = await GetAsync(path, headers);
        var html = await page.Content.ReadAsStringAsync();
        foreach (Match hidden in HiddenField().Matches(html))
        {
            fields.TryAdd(hidden.Groups["name"].Value, WebUtility.HtmlDecode(hidden.Groups["value"].Value));
        }

        return await PostAsync(path, fields, headers);
    }

    public Task<HttpResponseMessage> PostAsync(string path, Dictionary<string, string> fields, params (string Name, string Value)[] headers)
    {
        return SendAsync(
            new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new FormUrlEncodedContent(fields) }, headers);
    }

    public Task<HttpResponseMessage> SignInAsync(string name, string password, string path = "/signin")
    {
        return SubmitAsync(path, new() { ["Form.Name"] = name, ["Form.Password"] = password });
    }

    /// <summary>By the form in the menu of a page.</summary>
    public async Task<HttpResponseMessage> SignOutAsync()
    {
        var html = await ReadAsync("/");
        var token = HiddenField().Matches(html).Single(hidden => hidden.Groups["name"].Value == "__RequestVerificationToken").Groups["value"].Value;
        return await PostAsync("/signout", new() { ["__RequestVerificationToken"] = token });
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
