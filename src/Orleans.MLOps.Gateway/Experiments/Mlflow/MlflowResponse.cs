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
    public static Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> members) => StreamAsync(context, answer =>
    {
        members(answer.Writer);
        return Task.CompletedTask;
    });

    /// <summary>As <see cref="WriteAsync"/>, sent piece by piece. A failure before the first piece is answered as an error; a later one cuts the connection.</summary>
    public static async Task StreamAsync(HttpContext context, Func<MlflowStream, Task> members)
    {
        Describe(context);
        var writer = new Utf8JsonWriter(context.Response.BodyWriter, Options);
        await using (writer.ConfigureAwait(false))
        {
            try
            {
                var answer = new MlflowStream(writer, context.Response.BodyWriter, context.RequestAborted);
                writer.WriteStartObject();
                await members(answer).ConfigureAwait(false);
                writer.WriteEndObject();
                await answer.FlushAsync().ConfigureAwait(false);
            }
            catch
            {
                if (writer.BytesCommitted > 0)
                {
                    // What the response holds cannot be taken back, and nothing may follow it.
                    context.Abort();
                }

                writer.Reset();
                throw;
            }
        }
    }

    public static void Describe(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.XContentTypeOptions = "nosniff";
    }
}
