using System.IO.Pipelines;
using System.Text.Json;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>The members of an answer that leaves while it is written, so that the memory is that of a piece, whatever the answer's length.</summary>
internal sealed class MlflowStream(Utf8JsonWriter writer, PipeWriter output, CancellationToken cancellationToken)
{
    private const int LargestPiece = 64 * 1024;

    private long _sent;

    public Utf8JsonWriter Writer => writer;

    /// <summary>A list of objects; nothing when it is empty.</summary>
    public Task ItemsAsync<T>(string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> members) =>
        ItemsAsync(name, new[] { items }.ToAsyncEnumerable(), members);

    /// <summary>A list of objects that come in pages; the next page is asked for when the client has taken most of the last one.</summary>
    public async Task ItemsAsync<T>(string name, IAsyncEnumerable<IEnumerable<T>> pages, Action<Utf8JsonWriter, T> members)
    {
        var begun = false;
        await foreach (var page in pages.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            foreach (var item in page)
            {
                if (!begun)
                {
                    writer.WriteStartArray(name);
                    begun = true;
                }

                writer.WriteStartObject();
                members(writer, item);
                writer.WriteEndObject();
                if (writer.BytesCommitted + writer.BytesPending - _sent >= LargestPiece)
                {
                    await FlushAsync().ConfigureAwait(false);
                }
            }
        }

        if (begun)
        {
            writer.WriteEndArray();
        }
    }

    /// <summary>Sends what is written, and waits while the client takes it slower than it comes.</summary>
    public async Task FlushAsync()
    {
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        _sent = writer.BytesCommitted;
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
