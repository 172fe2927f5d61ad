using Microsoft.AspNetCore.Http;

namespace Orleans.MLOps.Gateway;

/// <summary>
/// A page of another site can send a bare POST to a port of this machine, with the browser's memory of a password; the browser says so.
/// </summary>
internal static class OtherSites
{
    /// <exception cref="PermissionDeniedException">A browser sent the request from a page of another site, and it is more than a look.</exception>
    public static void Refuse(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method))
        {
            return;
        }

        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();
        if (site is not ("" or "same-origin" or "none")
            || (origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase))))
        {
            throw new PermissionDeniedException("A page of another site may not change anything here.", "sec-fetch-site");
        }
    }
}
