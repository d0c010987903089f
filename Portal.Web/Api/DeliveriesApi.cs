using Portal.Registry.Notifications;
using Portal.Storage.History;

namespace Portal.Web.Api;

/// <summary>Events on their way to endpoints, for administrators.</summary>
internal sealed class DeliveriesApi(WebhookAdministration webhooks) : ApiResource
{
    public override string Name => "Deliveries";

    public override IEnumerable<ApiOperation> Operations => All.Select(operation => operation with { IsForAdministrators = true });

    private IEnumerable<ApiOperation> All =>
    [
        ApiOperation.List(
            "listDeliveries",
            "webhooks/{webhook}/deliveries",
            "Deliveries to an endpoint, newest first",
            ApiJson.Default.ApiListApiDelivery,
            ListAsync,
            ApiParameter.Choice<DeliveryState>("state", "How far they are"),
            new ApiParameter("action", "What happened: push, pull, mount or delete", "push"),
            new ApiParameter("repository", "A part of the repository's name", "app"),
            ApiParameter.From,
            ApiParameter.Until),
        ApiOperation.Get("getDelivery", "webhooks/{webhook}/deliveries/{id}", "A delivery with its event and its latest attempts", ApiJson.Default.ApiDeliveryDetail, GetAsync) with
        {
            Note = "Secrets in addresses and headers are masked.",
        },
        ApiOperation.Do("redeliver", HttpMethods.Post, "webhooks/{webhook}/deliveries/{id}/redeliver", "Sends a delivery again, before all that came after it", async request =>
            await FindAsync(request) is not null && await webhooks.RedeliverAsync(request.Who, request.Id, request.Aborted)),
        ApiOperation.Do("skipDelivery", HttpMethods.Post, "webhooks/{webhook}/deliveries/{id}/skip", "Gives a delivery up that waits, so that those behind it go on", SkipAsync),
    ];

    private async Task<ApiList<ApiDelivery>?> ListAsync(ApiRequest request)
    {
        var name = request.InPath("webhook");
        if (!(await webhooks.ListAsync(request.Who, request.Aborted)).Any(row => row.Name == name))
        {
            return null;
        }

        var query = new DeliveryQuery
        {
            Endpoint = name,
            States = request.Choice<DeliveryState>("state") is { } state ? [state] : [],
            Action = request.Text("action"),
            Repository = request.Text("repository"),
            From = request.From,
            Until = request.Until,
            Skip = request.Skip,
            Take = request.Limit,
        };
        return request.Page(await webhooks.FindDeliveriesAsync(request.Who, query, request.Aborted), ApiDelivery.Of);
    }

    private async Task<ApiDeliveryDetail?> GetAsync(ApiRequest request) => await FindAsync(request) is { } found ? ApiDeliveryDetail.Of(found) : null;

    private async Task<bool> SkipAsync(ApiRequest request)
    {
        if (await FindAsync(request) is not { } found)
        {
            return false;
        }

        return await webhooks.SkipAsync(request.Who, request.Id, request.Aborted)
            ? true
            : throw new ApiException(
                StatusCodes.Status409Conflict, "CONFLICT", $"delivery {request.Id} is {ApiJson.NameOf($"{found.Row.State}")}: only one that waits or is tried again can be skipped");
    }

    private async Task<DeliveryDetail?> FindAsync(ApiRequest request) =>
        await webhooks.GetDeliveryAsync(request.Who, request.Id, request.Aborted) is { } found && found.Row.Endpoint == request.InPath("webhook") ? found : null;
}
