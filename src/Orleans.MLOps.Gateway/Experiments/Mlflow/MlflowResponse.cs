using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>Writes JSON objects as answers.</summary>
internal static class MlflowResponse
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly byte[] Empty = "{}"u8.ToArray();

    /// <summary>The answer of calls that have nothing to say.</summary>
    public static Task WriteEmptyAsync(HttpContext context)
    {
        Describe(context);
        context.Response.ContentLength = Empty.Length;
        return context.Response.Body.WriteAsync(Empty, context.RequestAborted).AsTask();
    }

    /// <summary>An object whose members <paramref name="members"/> writes.</summary>
    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> members)
    {
        Describe(context);
        var writer = new Utf8JsonWriter(context.Response.BodyWriter, Options);
        await using (writer.ConfigureAwait(false))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
            await writer.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    public static void Describe(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.XContentTypeOptions = "nosniff";
    }
}
