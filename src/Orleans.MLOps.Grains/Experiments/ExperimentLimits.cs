using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>What texts and counts experiments accept. Everything is checked before anything is written.</summary>
internal static class ExperimentLimits
{
    public const int KeyLength = 250;
    public const int NameLength = 500;
    public const int ParamLength = 65_536;
    public const int TagLength = 65_536;
    public const int EntriesPerBatch = 1000;
    public const int PathLength = 500;
    public const int OperationLength = 100;
    public const int LocationLength = 2000;
    public const int LongText = 1_048_576;

    private static readonly TimeSpan ShortestHeartbeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestHeartbeat = TimeSpan.FromDays(1);

    /// <exception cref="InvalidInputException">A key, value or count is not allowed; the message names it.</exception>
    public static void Check(LogBatch batch)
    {
        CheckEntries(batch.Params, "params", "param", ParamLength);
        CheckEntries(batch.Tags, "tags", "tag", TagLength);
        CheckCount(batch.Metrics.Length, "metrics");
        foreach (var point in batch.Metrics)
        {
            CheckName(point.Key, "metric key");
            if (point.ModelId is not null || point.DatasetName is not null || point.DatasetDigest is not null)
            {
                CheckOptional(point.ModelId, "model_id");
                CheckOptional(point.DatasetName, "dataset_name", NameLength);
                CheckOptional(point.DatasetDigest, "dataset_digest");
            }
        }

        CheckOptional(batch.OperationId, "operation_id", OperationLength);
        CheckExpected(batch);
    }

    /// <exception cref="InvalidInputException">A text is not allowed; the message names it.</exception>
    public static void Check(CreateExperiment command)
    {
        CheckName(command.Project, "project");
        CheckName(command.Name, "name", NameLength);
        CheckOptional(command.ArtifactLocation, "artifact_location", LocationLength);
        CheckEntries(command.Tags, "tags", "tag", TagLength);
    }

    /// <exception cref="InvalidInputException">A text is not allowed; the message names it.</exception>
    public static void Check(UpdateExperiment command)
    {
        CheckOptional(command.Name, "name", NameLength);
        CheckEntries(command.SetTags, "set_tags", "tag", TagLength);
        CheckKeys(command.DeleteTags, "delete_tags");
    }

    /// <exception cref="InvalidInputException">A text or number is not allowed; the message names it.</exception>
    public static void Check(UpdateRun command)
    {
        CheckOptional(command.Name, "name", NameLength);
        CheckStatus(command.Status);
        CheckKeys(command.DeleteTags, "delete_tags");
    }

    /// <exception cref="InvalidInputException">A text or count is not allowed; the message names it.</exception>
    public static void Check(LogInputs inputs)
    {
        CheckCount(inputs.Datasets.Length, "datasets");
        CheckCount(inputs.InputModels.Length + inputs.OutputModels.Length, "models");
        foreach (var dataset in inputs.Datasets)
        {
            CheckName(dataset.Name, "dataset name", NameLength);
            CheckName(dataset.Digest, "dataset digest");
            CheckName(dataset.SourceType, "dataset source_type");
            CheckText(dataset.Source, "dataset source", LongText);
            CheckText(dataset.Schema ?? "", "dataset schema", LongText);
            CheckText(dataset.Profile ?? "", "dataset profile", LongText);
            CheckEntries(dataset.Tags, "tags", "tag", TagLength);
        }
    }

    /// <exception cref="InvalidInputException">A text is not allowed; the message names it.</exception>
    public static void Check(CreateLoggedModel command)
    {
        CheckOptional(command.Name, "name", NameLength);
        CheckOptional(command.ModelType, "model_type");
        CheckOptional(command.SourceRunId, "source_run_id");
        CheckEntries(command.Params, "params", "param", ParamLength);
        CheckEntries(command.Tags, "tags", "tag", TagLength);
    }

    /// <exception cref="InvalidInputException">A text is not allowed; the message names it.</exception>
    public static void Check(UpdateLoggedModel command)
    {
        if (command.Status is { } status && !Enum.IsDefined(status))
        {
            throw new InvalidInputException($"status {(int)status} is not known: {string.Join(", ", Enum.GetNames<LoggedModelStatus>())} are.", "status");
        }

        CheckEntries(command.Params, "params", "param", ParamLength);
        CheckEntries(command.SetTags, "set_tags", "tag", TagLength);
        CheckKeys(command.DeleteTags, "delete_tags");
    }

    public static void CheckStatus(RunStatus? status)
    {
        if (status is { } given && !Enum.IsDefined(given))
        {
            throw new InvalidInputException($"status {(int)given} is not known: {string.Join(", ", Enum.GetNames<RunStatus>())} are.", "status");
        }
    }

    public static void CheckLifecycle(Lifecycle lifecycle)
    {
        if (!Enum.IsDefined(lifecycle))
        {
            throw new InvalidInputException($"lifecycle {(int)lifecycle} is not known: Active and Deleted are.", "lifecycle");
        }
    }

    /// <exception cref="InvalidInputException">A text is not allowed; the message names it.</exception>
    public static void Check(StartRun command)
    {
        CheckOptional(command.Name, "name", NameLength);
        CheckOptional(command.ParentRunId, "parent_run_id");
        CheckHeartbeat(command.HeartbeatWithin);
        CheckOptional(command.User, "user");
        CheckOptional(command.Host, "host");
        CheckOptional(command.GitCommit, "git_commit");
        CheckEntries(command.Packages, "packages", "package", KeyLength);
        CheckEntries(command.Tags, "tags", "tag", TagLength);
    }

    public static void CheckHeartbeat(TimeSpan? within)
    {
        if (within is { } promised && (promised < ShortestHeartbeat || promised > LongestHeartbeat))
        {
            throw new InvalidInputException($"heartbeat_within {promised} is not allowed: {ShortestHeartbeat} to {LongestHeartbeat} are.", "heartbeat_within");
        }
    }

    /// <summary>A name or key: 1 to 250 characters without control characters.</summary>
    public static void CheckName(string? name, string field, int longest = KeyLength)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > longest || name.Any(char.IsControl) || !StorableText.Is(name))
        {
            throw new InvalidInputException(
                $"{field} '{Quoted.Shorten(name)}' is not allowed: 1 to {longest} characters without control characters are.", field);
        }
    }

    /// <summary>An artifact's path: relative, forward slashes, no empty, '.' or '..' segment.</summary>
    public static void CheckPath(string? path)
    {
        var allowed = path is { Length: > 0 and <= PathLength }
            && !path.Contains('\\') && !path.Any(char.IsControl) && StorableText.Is(path)
            && path.Split('/').All(segment => !string.IsNullOrWhiteSpace(segment) && segment is not ("." or ".."));
        if (!allowed)
        {
            throw new InvalidInputException(
                $"path '{Quoted.Shorten(path)}' is not allowed: a relative path of at most {PathLength} characters with forward slashes and without '.', '..' or empty parts is.",
                "path");
        }
    }

    private static void CheckEntries(Dictionary<string, string> entries, string field, string kind, int valueLength)
    {
        CheckCount(entries.Count, field);
        foreach (var (key, value) in entries)
        {
            CheckName(key, $"{kind} key");
            if (value is null || value.Length > valueLength || !StorableText.Is(value))
            {
                throw new InvalidInputException(
                    $"{kind} '{key}' has a value of {value?.Length ?? 0} characters: at most {valueLength} characters of well-formed text without NUL are allowed.",
                    $"{field}.{key}");
            }
        }
    }

    private static void CheckExpected(LogBatch batch)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var expected in batch.ExpectedTags)
        {
            if (expected.Key is null || !batch.Tags.ContainsKey(expected.Key) || !seen.Add(expected.Key) || (expected.Value is not null && !StorableText.Is(expected.Value)))
            {
                throw new InvalidInputException(
                    $"expected_tags has '{Quoted.Shorten(expected.Key)}', which is not allowed: tags that the same batch sets are, each once and with a value that a tag can have.",
                    "expected_tags");
            }
        }
    }

    private static void CheckCount(int count, string field)
    {
        if (count > EntriesPerBatch)
        {
            throw new InvalidInputException($"{count} {field} were given: at most {EntriesPerBatch} are allowed in one batch.", field);
        }
    }

    private static void CheckOptional(string? text, string field, int longest = KeyLength)
    {
        if (text is not null)
        {
            CheckName(text, field, longest);
        }
    }

    private static void CheckText(string text, string field, int longest)
    {
        if (text is null || text.Length > longest || !StorableText.Is(text))
        {
            throw new InvalidInputException(
                $"{field} has {text?.Length ?? 0} characters: at most {longest} of well-formed text without NUL are allowed.", field);
        }
    }

    private static void CheckKeys(string[] keys, string field)
    {
        CheckCount(keys.Length, field);
        foreach (var key in keys)
        {
            CheckName(key, field);
        }
    }
}
