namespace Portal.Registry.Protocol;

/// <summary><c>/v2/</c>: says that this is a registry, and lets a client try its credentials.</summary>
public static class VersionEndpoint
{
    private static readonly byte[] Body = "{}"u8.ToArray();

    public static async Task GetAsync(RegistryRequest request)
    {
        request.Response.ContentType = "application/json; charset=utf-8";
        request.Response.ContentLength = Body.Length;
        if (!request.IsHead)
        {
            await request.Response.Body.WriteAsync(Body, request.Aborted);
        }
    }
}
