// Who may ask, and what an answer may do in a browser. The page shows a run and takes nothing, but
// pages of strangers are open in the same browser, and none of them shall read it or run code in
// it.

using System;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Simulator.Reports;

namespace Simulator.Web;

/// <summary>Refuses requests and limits answers.</summary>
internal static class WebGuard
{
    private static readonly string s_policy =
        $"default-src 'none'; style-src {HtmlReport.StyleSource}; "
        + $"script-src {HtmlReport.PolicySource(HtmlReport.Resource(LivePage.ScriptName))}; "
        + "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'";

    /// <summary>Puts the headers on an answer that limit what a browser does with it.</summary>
    /// <param name="response">The answer.</param>
    public static void SetHeaders(HttpResponse response)
    {
        IHeaderDictionary headers = response.Headers;
        headers.ContentSecurityPolicy = s_policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }

    /// <summary>Answers a request that is not to be served.</summary>
    /// <param name="context">The request.</param>
    /// <returns>True when it was answered.</returns>
    public static bool Refuse(HttpContext context)
    {
        HttpRequest request = context.Request;
        HttpResponse response = context.Response;
        if (!WebAddress.IsOurs(request.Host))
        {
            response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        }
        else if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = "GET, HEAD";
            response.Headers.Connection = "close";
        }
        else if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            response.Headers.Connection = "close";
        }
        else if (IsOfAnotherSite(request.Headers))
        {
            response.StatusCode = StatusCodes.Status403Forbidden;
        }

        return response.StatusCode != StatusCodes.Status200OK;
    }

    // Fetch Metadata: a page of another site asks for something of ours to use it in itself. To
    // follow a link to us is fine.
    private static bool IsOfAnotherSite(IHeaderDictionary headers) =>
        headers["Sec-Fetch-Site"] == "cross-site"
        && !string.Equals(headers["Sec-Fetch-Mode"], "navigate", StringComparison.Ordinal);
}
