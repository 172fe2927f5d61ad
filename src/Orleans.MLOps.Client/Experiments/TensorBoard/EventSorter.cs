using Google.Protobuf;
using Orleans.MLOps.Client.Experiments.TensorBoard.Format;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>Takes points, params and the outcome of a run out of events, and counts the rest by kind.</summary>
internal sealed class EventSorter(RecordReader records)
{
    // What runs accept; here a refusal can still name the byte.
    private const int LongestName = 250;
    private const int LongestParam = 65_536;

    private readonly Dictionary<string, long> _ignored = [];
    private readonly Dictionary<string, string> _params = [];

    public IReadOnlyDictionary<string, long> Ignored => _ignored;

    public RunStatus Status { get; private set; } = RunStatus.Finished;

    public DateTimeOffset? SessionEnd { get; private set; }

    public DateTimeOffset? Latest { get; private set; }

    public ImportedEvent Sort(Event message)
    {
        var kept = new ImportedEvent();
        if (message.WhatCase == Event.WhatOneofCase.Summary)
        {
            foreach (var value in message.Summary.Value)
            {
                Sort(message, value, kept);
            }
        }
        else if (message.WhatCase != Event.WhatOneofCase.FileVersion)
        {
            Ignore(EventKind.Of(message.WhatCase));
        }

        return kept;
    }

    public DateTimeOffset Time(Event message) => WallTime.ToInstant(message.WallTime)
        ?? throw records.Wrong($"has the wall time {message.WallTime}: seconds since 1970 that fall into the years 1 to 9999 are allowed");

    private void Sort(Event message, Summary.Types.Value value, ImportedEvent kept)
    {
        if (EventKind.PluginOf(value) == HparamSummaries.Plugin)
        {
            var content = Content(value);
            AddParams(content.SessionStartInfo, kept);
            AddEnd(content.SessionEndInfo);
        }
        else if (ScalarValue.Read(value) is { } number)
        {
            var time = Time(message);
            kept.Points.Add(new() { Key = Name(value.Tag, "tag"), Value = number, Step = message.Step, Timestamp = time });
            Latest = Latest > time ? Latest : time;
        }
        else
        {
            Ignore(EventKind.Of(value));
        }
    }

    private HparamsContent Content(Summary.Types.Value value)
    {
        try
        {
            return HparamsContent.Parser.ParseFrom(value.Metadata.PluginData.Content);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw records.Wrong("holds hyperparameters that cannot be read", error);
        }
    }

    private void AddParams(SessionStart? start, ImportedEvent kept)
    {
        foreach (var (key, value) in start?.Hparams ?? [])
        {
            var text = HparamText.ToText(value, start!.ExactText.GetValueOrDefault(key));
            if (text is null)
            {
                Ignore("hparam");
                continue;
            }

            // Params are write-once: of several sessions in one file the first decides.
            if (_params.TryAdd(Name(key, "hyperparameter"), text))
            {
                kept.Params.Add(key, Param(key, text));
            }
            else if (_params[key] != text)
            {
                Ignore("hparam");
            }
        }
    }

    private void AddEnd(SessionEnd? end)
    {
        if (end is not null)
        {
            Status = end.Status == SessionStatus.Failure ? RunStatus.Failed : RunStatus.Finished;
            SessionEnd = end.EndTimeSecs > 0 ? WallTime.ToInstant(end.EndTimeSecs) : null;
        }
    }

    private string Name(string name, string what) => !string.IsNullOrWhiteSpace(name) && name.Length <= LongestName && !name.Any(char.IsControl)
        ? name
        : throw records.Wrong($"has a {what} of {name.Length} characters: 1 to {LongestName} without control characters are allowed");

    private string Param(string key, string text) => text.Length <= LongestParam && !text.Contains('\0')
        ? text
        : throw records.Wrong($"has hyperparameter '{key}' of {text.Length} characters: at most {LongestParam} without NUL are allowed");

    private void Ignore(string kind) => _ignored[kind] = _ignored.GetValueOrDefault(kind) + 1;
}
