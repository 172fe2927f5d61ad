using System.Security.Cryptography;
using Google.Protobuf;
using Orleans.MLOps.Client.Experiments.TensorBoard.Format;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>Reads an event file from its start, event by event, and counts what no run keeps.</summary>
internal sealed class EventFileReader(Stream stream) : IDisposable
{
    private const string VersionFamily = "brain.Event:";

    private readonly RecordReader _records = new(stream);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<string, long> _ignored = [];

    /// <summary>When the first event was written; set by <see cref="OpenAsync"/>.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>How many values of each kind were passed over.</summary>
    public IReadOnlyDictionary<string, long> Ignored => _ignored;

    /// <summary>SHA-256 of the data of all records read so far, in hex.</summary>
    public string Digest => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>Reads the first record.</summary>
    /// <exception cref="InvalidInputException">The stream holds no event file, or a damaged one.</exception>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        var first = await NextAsync(cancellationToken).ConfigureAwait(false);
        if (first is null || !first.FileVersion.StartsWith(VersionFamily, StringComparison.Ordinal))
        {
            throw _records.Wrong($"does not say that this is an event file: a first record with a version such as '{EventFileWriter.Version}' is allowed");
        }

        StartedAt = Time(first);
    }

    /// <summary>The next event, or null at the end.</summary>
    /// <exception cref="InvalidInputException">A record is damaged or holds what no run accepts; the message names its offset.</exception>
    public async ValueTask<ImportedEvent?> ReadAsync(CancellationToken cancellationToken) =>
        await NextAsync(cancellationToken).ConfigureAwait(false) is { } message ? Sort(message) : null;

    public void Dispose() => _hash.Dispose();

    private async ValueTask<Event?> NextAsync(CancellationToken cancellationToken)
    {
        if (await _records.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } data)
        {
            return null;
        }

        _hash.AppendData(data.Span);
        try
        {
            return Event.Parser.ParseFrom(data.Span);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw _records.Wrong("holds no event", error);
        }
    }

    private ImportedEvent Sort(Event message)
    {
        if (message.WhatCase != Event.WhatOneofCase.Summary)
        {
            // Files that were joined have a version in the middle; it says nothing.
            if (message.WhatCase != Event.WhatOneofCase.FileVersion)
            {
                Ignore(EventKind.Of(message.WhatCase));
            }

            return new();
        }

        var points = new List<MetricPoint>(message.Summary.Value.Count);
        var session = new HparamsContent();
        foreach (var value in message.Summary.Value)
        {
            if (EventKind.PluginOf(value) == HparamSummaries.Plugin)
            {
                session.MergeFrom(Content(value));
            }
            else if (ScalarValue.Read(value) is { } number)
            {
                points.Add(new() { Key = Name(value.Tag, "tag"), Value = number, Step = message.Step, Timestamp = Time(message) });
            }
            else
            {
                Ignore(EventKind.Of(value));
            }
        }

        return new() { Points = [.. points], Params = [.. Params(session.SessionStartInfo)], Ended = Ended(session.SessionEndInfo) };
    }

    private HparamsContent Content(Summary.Types.Value value)
    {
        try
        {
            return HparamsContent.Parser.ParseFrom(value.Metadata.PluginData.Content);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw _records.Wrong($"holds hparams that cannot be read, in '{value.Tag}'", error);
        }
    }

    private IEnumerable<KeyValuePair<string, string>> Params(SessionStart? start)
    {
        foreach (var (key, value) in start?.Hparams ?? [])
        {
            if (HparamText.ToText(value, start!.ExactText.GetValueOrDefault(key)) is { } text)
            {
                yield return new(Name(key, "hyperparameter"), text);
            }
            else
            {
                Ignore("hparam");
            }
        }
    }

    private static RunStatus? Ended(SessionEnd? end) => end?.Status switch
    {
        SessionStatus.Success => RunStatus.Finished,
        SessionStatus.Failure => RunStatus.Failed,
        _ => null,
    };

    private string Name(string name, string what) => name.Length is >= 1 and <= 250 && !name.Any(char.IsControl)
        ? name
        : throw _records.Wrong($"has a {what} of {name.Length} characters: 1 to 250 without control characters are allowed");

    private DateTimeOffset Time(Event message) => WallTime.ToInstant(message.WallTime)
        ?? throw _records.Wrong($"has the wall time {message.WallTime}: seconds since 1970 that fall into the years 1 to 9999 are allowed");

    private void Ignore(string kind) => _ignored[kind] = _ignored.GetValueOrDefault(kind) + 1;
}
