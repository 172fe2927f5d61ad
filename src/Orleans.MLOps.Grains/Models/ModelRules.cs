using System.Text;
using System.Text.RegularExpressions;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>What texts the registry accepts. Everything is checked before anything is written.</summary>
internal static partial class ModelRules
{
    public const int LongestDescription = 100_000;
    public const int LongestTag = 100_000;
    public const int LongestAlias = 255;

    private const int LongestName = 250;
    private const int LongestOperationId = 200;
    private const int LongestNote = 1000;
    private const int LongestSource = 2000;
    private const int MostTags = 1000;
    private const int MostGates = 32;
    private const int MostEvidence = 1000;

    public static void Check(CreateModel command)
    {
        CheckText(command.Description, "description", LongestDescription);
        CheckTags(command.Tags, "tags");
    }

    public static void Check(RegisterModelVersion command)
    {
        CheckOperationId(command.OperationId);
        CheckText(command.Description, "description", LongestDescription);
        CheckText(command.User, "user", LongestName);
        CheckText(command.RunId, "run_id", LongestName);
        CheckText(command.RunLink, "run_link", LongestSource);
        CheckText(command.LoggedModelId, "logged_model_id", LongestName);
        CheckTags(command.Tags, "tags");
        CheckSource(command.Source);
        ServedParts.Check(command);
    }

    public static void Check(SetAlias command)
    {
        CheckOperationId(command.OperationId);
        CheckAlias(command.Alias);
        CheckText(command.Reason, "reason", LongestNote);
        CheckText(command.RequestedBy, "requested_by", LongestName);
        CheckEvidence(command.Evidence);
        if (command is { FromAnywhere: true, ExpectedVersion: not null })
        {
            throw new InvalidInputException($"expected_version is {command.ExpectedVersion} and from_anywhere is true; only one of them can be meant.", "expected_version");
        }
    }

    public static void Check(RollbackAlias command)
    {
        CheckOperationId(command.OperationId);
        CheckAlias(command.Alias);
        CheckText(command.Reason, "reason", LongestNote);
        CheckText(command.RequestedBy, "requested_by", LongestName);
    }

    public static void Check(SetGates command)
    {
        CheckAlias(command.Alias);
        CheckText(command.RequestedBy, "requested_by", LongestName);
        if (command.Gates.Length > MostGates)
        {
            throw new InvalidInputException($"{command.Gates.Length} gates were given: at most {MostGates} are allowed for an alias.", "gates");
        }

        for (var i = 0; i < command.Gates.Length; i++)
        {
            Check(command.Gates[i], $"gates[{i}]");
        }
    }

    public static void Check(ApproveVersion command)
    {
        CheckName(command.Approver, "approver");
        CheckText(command.Note, "note", LongestNote);
    }

    public static void Check(EditModelCard command)
    {
        CheckText(command.Text, "text", LongestDescription);
        CheckText(command.EditedBy, "edited_by", LongestName);
    }

    public static void CheckChange(string? description, Dictionary<string, string> setTags, string[] deleteTags)
    {
        CheckText(description, "description", LongestDescription);
        CheckTags(setTags, "set_tags");
        if (deleteTags.Length > MostTags)
        {
            throw new InvalidInputException($"{deleteTags.Length} delete_tags were given: at most {MostTags} are allowed.", "delete_tags");
        }

        foreach (var key in deleteTags)
        {
            CheckName(key, "delete_tags");
        }
    }

    public static void CheckAlias(string? alias)
    {
        var allowed = alias is { Length: > 0 and <= LongestAlias } && alias.EnumerateRunes().All(rune => rune.Value is '-' or '_' || Rune.IsLetter(rune) || Rune.IsNumber(rune))
            && !alias.Equals("latest", StringComparison.OrdinalIgnoreCase) && !VersionLike().IsMatch(alias);
        if (!allowed)
        {
            throw new InvalidInputException(
                $"alias '{Quoted.Shorten(alias)}' is not allowed: 1 to {LongestAlias} letters, digits, '-' and '_' of any script are, but neither 'latest' nor 'v' with a number.", "alias");
        }
    }

    private static void Check(PromotionGate gate, string field)
    {
        if (!Enum.IsDefined(gate.Kind))
        {
            throw new InvalidInputException($"{field}: kind {(int)gate.Kind} is not known; {string.Join(", ", Enum.GetNames<GateKind>())} are.", $"{field}.kind");
        }

        var compares = gate.Kind is GateKind.MetricAtLeast or GateKind.MetricAtMost or GateKind.BetterThanChampion;
        if (compares)
        {
            CheckName(gate.Metric, $"{field}.metric");
        }
        else if (gate.Metric is not null)
        {
            throw new InvalidInputException($"{field}: {gate.Kind} takes no metric, given '{Quoted.Shorten(gate.Metric)}'.", $"{field}.metric");
        }

        if (!double.IsFinite(gate.Bound) || (gate.Kind is GateKind.BetterThanChampion && gate.Bound < 0))
        {
            throw new InvalidInputException($"{field}: bound {gate.Bound} is not allowed for {gate.Kind}: a finite number is, not below 0 where it is a difference.", $"{field}.bound");
        }
    }

    public static void CheckEvidence(Dictionary<string, double> evidence)
    {
        if (evidence.Count > MostEvidence)
        {
            throw new InvalidInputException($"evidence has {evidence.Count} figures: at most {MostEvidence} are allowed.", "evidence");
        }

        foreach (var (name, value) in evidence)
        {
            CheckName(name, "evidence");
            if (!double.IsFinite(value))
            {
                throw new InvalidInputException($"evidence '{name}' is {value}: a finite number is allowed.", $"evidence.{name}");
            }
        }
    }

    private static void CheckTags(Dictionary<string, string> tags, string field)
    {
        if (tags.Count > MostTags)
        {
            throw new InvalidInputException($"{tags.Count} {field} were given: at most {MostTags} are allowed.", field);
        }

        foreach (var (key, value) in tags)
        {
            CheckName(key, field);
            if (value is null)
            {
                throw new InvalidInputException($"tag '{Quoted.Shorten(key)}' has no value; a text is needed.", field);
            }

            CheckText(value, $"{field}.{Quoted.Shorten(key)}", LongestTag);
        }
    }

    private static void CheckSource(string? source)
    {
        CheckText(source, "source", LongestSource);
        var decoded = source is null ? "" : Uri.UnescapeDataString(source);
        if (decoded.Split('/', '\\', '?', '#').Contains("..") || decoded.Any(char.IsControl))
        {
            throw new InvalidInputException($"source '{Quoted.Shorten(source)}' is not allowed: a path or URI without '..' as a part and without control characters is.", "source");
        }
    }

    private static void CheckOperationId(string? operationId)
    {
        if (string.IsNullOrWhiteSpace(operationId) || operationId.Length > LongestOperationId || !StorableText.Is(operationId))
        {
            throw new InvalidInputException($"operation_id '{Quoted.Shorten(operationId)}' is not allowed: 1 to {LongestOperationId} characters are.", "operation_id");
        }
    }

    private static void CheckName(string? name, string field)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName || name.Any(char.IsControl) || !StorableText.Is(name))
        {
            throw new InvalidInputException($"{field} '{Quoted.Shorten(name)}' is not allowed: 1 to {LongestName} characters without control characters are.", field);
        }
    }

    private static void CheckText(string? text, string field, int longest)
    {
        if (text is not null && (text.Length > longest || !StorableText.Is(text)))
        {
            throw new InvalidInputException($"{field} has {text.Length} characters: at most {longest} of well-formed text without NUL are allowed.", field);
        }
    }

    [GeneratedRegex(@"^v\d+$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex VersionLike();
}
