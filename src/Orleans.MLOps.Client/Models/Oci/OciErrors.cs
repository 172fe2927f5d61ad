using System.Net;
using System.Text.Json;

namespace Orleans.MLOps.Client.Models.Oci;

/// <summary>What a registry refused, as a typed error.</summary>
internal static class OciErrors
{
    private const int LongestBody = 64 * 1024;
    private const int LongestText = 500;

    public static async Task<Exception> ReadAsync(HttpResponseMessage response, string what, OciReference reference, CancellationToken cancellationToken)
    {
        var message = $"Registry '{reference.Registry}' answered {(int)response.StatusCode} to {what} of '{reference}': {await ReasonAsync(response, cancellationToken).ConfigureAwait(false)}";
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new PermissionDeniedException(message, "reference"),
            HttpStatusCode.NotFound => new NotFoundException(message, "reference"),
            HttpStatusCode.TooManyRequests => new ResourceExhaustedException(message, "reference"),
            HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => new UnavailableException(message, "reference"),
            _ => new FailedPreconditionException(message, "reference"),
        };
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = new byte[LongestBody];
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var read = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            using var document = JsonDocument.Parse(body.AsMemory(0, read));
            var first = document.RootElement.GetProperty("errors")[0];
            var text = $"{first.GetProperty("code").GetString()} {(first.TryGetProperty("message", out var said) ? said.GetString() : null)}";
            return text.Length <= LongestText ? text : text[..LongestText];
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or HttpRequestException or IOException)
        {
            return response.ReasonPhrase ?? "no reason given";
        }
    }
}
