using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Orleans.MLOps.Gateway.Serving.Rest;

/// <summary>The whole body of a request, decompressed, of bounded size.</summary>
internal static class RequestBody
{
    /// <summary>Bytes of a body at most, before and after decompression.</summary>
    public const int Largest = 64 << 20;

    /// <exception cref="InvalidInputException">Its encoding is unknown or broken.</exception>
    /// <exception cref="BadHttpRequestException">It is too large, or comes too slowly.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength > Largest)
        {
            throw TooLarge();
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            // A bit more than is taken, so that the refusal is this door's own.
            size.MaxRequestBodySize = Largest + (1 << 20);
        }

        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding is "" or "identity")
        {
            return request.ContentLength is { } length
                ? await ReadExactlyAsync(request.Body, (int)length, context.RequestAborted).ConfigureAwait(false)
                : await ReadToEndAsync(request.Body, context.RequestAborted).ConfigureAwait(false);
        }

        Stream decompressed = encoding switch
        {
            "gzip" or "x-gzip" => new GZipStream(request.Body, CompressionMode.Decompress),
            "deflate" => new ZLibStream(request.Body, CompressionMode.Decompress),
            _ => throw new InvalidInputException($"Content-Encoding is '{encoding}'; gzip, deflate and identity are known.", "content-encoding"),
        };
        await using var owned = decompressed.ConfigureAwait(false);
        try
        {
            return await ReadToEndAsync(decompressed, context.RequestAborted).ConfigureAwait(false);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidInputException($"The body is not {encoding}: {error.Message}", "content-encoding", error);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadExactlyAsync(Stream body, int length, CancellationToken cancellationToken)
    {
        // Grows as bytes come, so that a promised length alone takes no memory.
        var bytes = new byte[Math.Min(length, 64 << 10)];
        var read = 0;
        while (read < length)
        {
            if (read == bytes.Length)
            {
                Array.Resize(ref bytes, Math.Min(length, bytes.Length * 4));
            }

            var more = await body.ReadAsync(bytes.AsMemory(read), cancellationToken).ConfigureAwait(false);
            if (more == 0)
            {
                throw new InvalidInputException($"The body ended after {read} of {length} bytes.", "body");
            }

            read += more;
        }

        return bytes.AsMemory(0, length);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadToEndAsync(Stream body, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            var read = await body.ReadAsync(bytes.GetMemory(4096), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return bytes.WrittenMemory;
            }

            bytes.Advance(read);
            if (bytes.WrittenCount > Largest)
            {
                throw TooLarge();
            }
        }
    }

    private static BadHttpRequestException TooLarge() => new($"The body is larger than {Largest} bytes, the most that is taken.", StatusCodes.Status413PayloadTooLarge);
}
