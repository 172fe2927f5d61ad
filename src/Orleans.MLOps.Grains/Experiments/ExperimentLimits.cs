using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>What texts and counts experiments accept. Everything is checked before anything is written.</summary>
internal static class ExperimentLimits
{
    public const int KeyLength = 250;
    public const int ParamLength = 6000;
    public const int TagLength = 5000;
    public const int EntriesPerBatch = 1000;
    public const int PathLength = 500;

    /// <exception cref="InvalidInputException">A key, value or count is not allowed; the message names it.</exception>
    public static void Check(LogBatch batch)
    {
        CheckEntries(batch.Params, "params", "param", ParamLength);
        CheckEntries(batch.Tags, "tags", "tag", TagLength);
        CheckCount(batch.Metrics.Length, "metrics");
        foreach (var point in batch.Metrics)
        {
            CheckName(point.Key, "metric key");
        }
    }

    /// <exception cref="InvalidInputException">A text is not allowed; the message names it.</exception>
    public static void Check(StartRun command)
    {
        CheckOptional(command.Name, "name");
        CheckOptional(command.User, "user");
        CheckOptional(command.Host, "host");
        CheckOptional(command.GitCommit, "git_commit");
        CheckEntries(command.Packages, "packages", "package", KeyLength);
        CheckEntries(command.Tags, "tags", "tag", TagLength);
    }

    /// <summary>A name or key: 1 to 250 characters without control characters.</summary>
    public static void CheckName(string? name, string field)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > KeyLength || name.Any(char.IsControl) || !IsWellFormed(name))
        {
            throw new InvalidInputException(
                $"{field} '{Shorten(name)}' is not allowed: 1 to {KeyLength} characters without control characters are.", field);
        }
    }

    /// <summary>An artifact's path: relative, forward slashes, no empty, '.' or '..' segment.</summary>
    public static void CheckPath(string? path)
    {
        var allowed = path is { Length: > 0 and <= PathLength }
            && !path.Contains('\\') && !path.Any(char.IsControl) && IsWellFormed(path)
            && path.Split('/').All(segment => !string.IsNullOrWhiteSpace(segment) && segment is not ("." or ".."));
        if (!allowed)
        {
            throw new InvalidInputException(
                $"path '{Shorten(path)}' is not allowed: a relative path of at most {PathLength} characters with forward slashes and without '.', '..' or empty parts is.",
                "path");
        }
    }

    private static void CheckEntries(Dictionary<string, string> entries, string field, string kind, int valueLength)
    {
        CheckCount(entries.Count, field);
        foreach (var (key, value) in entries)
        {
            CheckName(key, $"{kind} key");
            if (value is null || value.Length > valueLength || value.Contains('\0') || !IsWellFormed(value))
            {
                throw new InvalidInputException(
                    $"{kind} '{key}' has a value of {value?.Length ?? 0} characters: at most {valueLength} characters of well-formed text without NUL are allowed.",
                    $"{field}.{key}");
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

    private static void CheckOptional(string? text, string field)
    {
        if (text is not null)
        {
            CheckName(text, field);
        }
    }

    /// <summary>Lone surrogates have no UTF-8 form, so a store would give back another text than it was given.</summary>
    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return false;
            }

            i++;
        }

        return true;
    }

    private static string? Shorten(string? text) => text is { Length: > 80 } ? $"{text[..80]}..." : text;
}
