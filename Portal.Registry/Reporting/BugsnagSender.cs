using System.Globalization;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;

namespace Portal.Registry.Reporting;

/// <summary><c>reporting.bugsnag</c>: errors by Bugsnag's error reporting API, version 5 of the payload.</summary>
public sealed class BugsnagSender : ReportSender
{
    private readonly BugsnagConfiguration _configuration;
    private readonly ReportSource _source;
    private readonly TimeProvider _time;

    public BugsnagSender(BugsnagConfiguration configuration, ReportQueue queue, ILogger<BugsnagSender> logger, TimeProvider time)
        : base(queue, new ReportDelivery("Bugsnag", time, logger), time)
    {
        (_configuration, _time) = (configuration, time);
        _source = ReportSources.Of(configuration.ApiKey!);
    }

    private protected override HttpRequestMessage Build(IReadOnlyList<ErrorReport> reports)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _configuration.Address)
        {
            Content = JsonBody.Of(JsonBody.Write(json => BugsnagPayload.Write(json, _configuration, _source, reports))),
        };
        request.Headers.Add("Bugsnag-Api-Key", _configuration.ApiKey!.Value);
        request.Headers.Add("Bugsnag-Payload-Version", BugsnagPayload.Version);
        request.Headers.Add("Bugsnag-Sent-At", _time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        return request;
    }
}
