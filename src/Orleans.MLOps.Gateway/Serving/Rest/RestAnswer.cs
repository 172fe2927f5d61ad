using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Orleans.MLOps.Gateway.Serving.Rest;

/// <summary>Sends whole answers, compressed where the caller takes it and it is worth it.</summary>
internal static class RestAnswer
{
    private const int WorthCompressing = 4096;

    /// <summary>Bare words for numbers that are none are not valid JSON, so nothing may check what is written.</summary>
    public static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task SendJsonAsync(HttpContext context, Action<Utf8JsonWriter> write) => SendAsync(context, Write(write), "application/json");

    /// <summary>An answer's bytes.</summary>
    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(body, Options))
        {
            write(writer);
        }

        return body.WrittenMemory;
    }

    public static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> body, string contentType)
    {
        var response = context.Response;
        response.ContentType = contentType;
        if (body.Length >= WorthCompressing && Encoding(context.Request) is { } encoding)
        {
            using var compressed = new MemoryStream();
            Stream stream = encoding == "gzip" ? new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true) : new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
            }

            response.Headers.ContentEncoding = encoding;
            body = compressed.GetBuffer().AsMemory(0, (int)compressed.Length);
        }

        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private static string? Encoding(HttpRequest request)
    {
        if (request.Headers.AcceptEncoding.Count == 0)
        {
            return null;
        }

        var accepted = request.GetTypedHeaders().AcceptEncoding;
        return accepted.Any(value => value.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && value.Quality is not 0) ? "gzip"
            : accepted.Any(value => value.Value.Equals("deflate", StringComparison.OrdinalIgnoreCase) && value.Quality is not 0) ? "deflate"
            : null;
    }
}
