using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Portal.Registry.Auth;
using Portal.Storage.Oci;

namespace Portal.Registry.Protocol;

/// <summary>What an endpoint gets: the request, what its path names, and who asks.</summary>
public sealed class RegistryRequest(HttpContext context, RegistryRoute route, RegistryLinks links, Identity caller)
{
    private RequestActor? _actor;

    public HttpContext Context => context;

    /// <summary>Who asks.</summary>
    public Identity Caller => caller;

    public HttpRequest Http => context.Request;

    public HttpResponse Response => context.Response;

    public RepositoryName Name => route.Name;

    /// <summary>The path's last component, as the client wrote it.</summary>
    public string Argument => route.Argument;

    public CancellationToken Aborted => context.RequestAborted;

    public bool IsHead => HttpMethods.IsHead(context.Request.Method);

    public RequestActor Actor => _actor ??= new RequestActor
    {
        Identity = caller,
        Address = ClientAddress.WithPort(context),
        Host = context.Request.Host.Value,
        Method = context.Request.Method,
        RegistryAddress = links.Root(context.Request),
        UserAgent = context.Request.Headers.UserAgent,
        RequestId = context.TraceIdentifier,
    };

    /// <summary>Lifts the server's own bound, which would break the connection: endpoints bound what they take.</summary>
    public void TakeBodyOfAnySize()
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = null;
    }

    /// <summary>Tells the logs how long an answer became whose length nobody knew beforehand.</summary>
    public void Streamed(long bytes) => context.Features.Set(new StreamedLength(bytes));

    /// <summary>The address of a resource of this request's repository, as the client should ask for it.</summary>
    public string LinkTo(string resource) => links.To(context.Request, $"{Name}/{resource}");

    /// <summary>The address of a path below <c>/v2/</c>.</summary>
    public string LinkToPath(string path) => links.To(context.Request, path);

    /// <summary>Whether the client has this content already (RFC 9110, 13.1.2), by quoted, weak or bare digest.</summary>
    public bool HasMatchingETag(Digest digest)
    {
        var wanted = digest.ToString();
        foreach (var header in context.Request.Headers.IfNoneMatch)
        {
            foreach (var range in header.AsSpan().Split(','))
            {
                var tag = header.AsSpan(range).Trim();
                tag = tag.StartsWith("W/") ? tag[2..] : tag;
                if (tag is "*" || tag.Trim('"').SequenceEqual(wanted))
                {
                    return true;
                }
            }
        }

        return false;
    }
}

/// <summary>How long an answer's body became, where no header says so.</summary>
internal sealed record StreamedLength(long Bytes);
