using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>
/// The fields of a request, from a JSON object or a query string, by MLflow's rules: unknown ones are ignored, whole numbers may be texts,
/// and refusals have the words that its clients look for.
/// </summary>
internal sealed class MlflowFields
{
    private const int MostElements = 50_000;
    private const int Shown = 100;

    private readonly JsonElement _object;
    private readonly IQueryCollection? _query;
    private readonly string _place;

    public MlflowFields(JsonElement item, string place = "") => (_object, _place) = (item, place);

    public MlflowFields(IQueryCollection query) => (_query, _place) = (query, "");

    /// <summary>A text that must be given and not empty.</summary>
    public string Required(string name) => NonEmpty(name) ?? throw Missing(name);

    /// <summary>A text; null when it is not given or empty, which clients mean alike.</summary>
    public string? NonEmpty(string name) => Text(name) is { Length: > 0 } text ? text : null;

    /// <summary>A text that must be given.</summary>
    public string RequiredEvenEmpty(string name) => Text(name) ?? throw Missing(name);

    public string? Text(string name)
    {
        if (_query is not null)
        {
            return _query.TryGetValue(name, out var values) && values.Count > 0 ? values[^1] : null;
        }

        if (Find(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? Read(value, name) : throw Invalid(name, value);
    }

    /// <summary>A text, or a whole number as one: what stands for a member of an enum.</summary>
    public string? NameOrNumber(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Number } ? Integer(name)?.ToString(CultureInfo.InvariantCulture) : Text(name);

    public long RequiredInteger(string name) => Integer(name) ?? throw Missing(name);

    public long? Integer(string name)
    {
        if (_query is not null || Find(name) is not { } value)
        {
            return Text(name) is not { } text ? null : ParseInteger(text) ?? throw Invalid(name, text);
        }

        return value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt64(out var number) => number,
            JsonValueKind.Number when value.TryGetDouble(out var whole) && Math.Truncate(whole) == whole && Math.Abs(whole) < 1L << 53 => (long)whole,
            JsonValueKind.String => ParseInteger(Read(value, name)) ?? throw Invalid(name, value),
            _ => throw Invalid(name, value),
        };
    }

    public double RequiredNumber(string name)
    {
        if (Find(name) is not { } value)
        {
            throw Missing(name);
        }

        // A number too large for a double reads as infinite, which nobody wrote.
        return value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number) => number,
            JsonValueKind.String when ParseNumber(Read(value, name)) is { } number => number,
            _ => throw Invalid(name, value),
        };
    }

    public bool? Flag(string name)
    {
        if (_query is null && Find(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value)
        {
            return value.GetBoolean();
        }

        return Text(name) is not { } text ? null : bool.TryParse(text, out var flag) ? flag : throw Invalid(name, text);
    }

    public string[] Texts(string name)
    {
        if (_query is not null)
        {
            return _query.TryGetValue(name, out var values) ? [.. values.Select(value => value ?? "")] : [];
        }

        return [.. Elements(name).Select((value, i) =>
            value.ValueKind == JsonValueKind.String ? Read(value, $"{name}[{i}]") : throw Invalid($"{name}[{i}]", value))];
    }

    public MlflowFields[] Items(string name) =>
    [
        .. Elements(name).Select((value, i) => value.ValueKind == JsonValueKind.Object
            ? new MlflowFields(value, $"{_place}{name}[{i}].")
            : throw Invalid($"{name}[{i}]", value)),
    ];

    public MlflowFields RequiredItem(string name) => Find(name) is not { } value ? throw Missing(name)
        : value.ValueKind == JsonValueKind.Object ? new MlflowFields(value, $"{_place}{name}.")
        : throw Invalid(name, value);

    /// <summary>An object as it was given.</summary>
    public JsonElement? Object(string name) => Find(name) is not { } value ? null : value.ValueKind == JsonValueKind.Object ? value : throw Invalid(name, value);

    /// <summary>Pairs of key and value; of equal keys the last counts.</summary>
    public Dictionary<string, string> Pairs(string name) => Pairs(name, item => item.Required("key"));

    /// <summary>As <see cref="Pairs(string)"/>, with keys that params, metrics and tags of runs and experiments may have.</summary>
    public Dictionary<string, string> Tags(string name) => Pairs(name, item => item.Key());

    /// <summary>The key of a param, metric or tag of a run or experiment.</summary>
    public string Key() => MlflowKeys.Checked(Required("key"), $"{_place}key");

    /// <summary>A page size from 1 to <paramref name="most"/>.</summary>
    public int Limit(int most, int otherwise) => Integer("max_results") switch
    {
        null or 0 => otherwise,
        var given when given > 0 && given <= most => (int)given,
        var given => throw new InvalidInputException(
            $"Invalid value {given} for parameter 'max_results' supplied: It must be at most {most} and larger than 0.", "max_results"),
    };

    public InvalidInputException Missing(string name) =>
        new($"Missing value for required parameter '{_place}{name}'. See the API docs for more information about request parameters.", name);

    private Dictionary<string, string> Pairs(string name, Func<MlflowFields, string> key)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in Items(name))
        {
            pairs[key(item)] = item.Text("value") ?? "";
        }

        return pairs;
    }

    private static long? ParseInteger(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static double? ParseNumber(string text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null,
    };

    private InvalidInputException Invalid(string name, JsonElement value)
    {
        var type = value.ValueKind switch
        {
            JsonValueKind.String => "str",
            JsonValueKind.Number => value.TryGetInt64(out _) ? "int" : "float",
            JsonValueKind.True or JsonValueKind.False => "bool",
            JsonValueKind.Array => "list",
            _ => "dict",
        };
        return Invalid(name, value.GetRawText(), type);
    }

    /// <summary>As much of a text as a refusal quotes.</summary>
    public static string Shorten(string text) => text.Length > Shown ? $"{text[..Shown]}..." : text;

    private InvalidInputException Invalid(string name, string text, string type = "str") => new(
        $"Invalid value {Shorten(text)} for parameter '{_place}{name}' supplied:  Hint: Value was of type '{type}'. See the API docs for more information about request parameters.",
        name);

    private string Read(JsonElement value, string name)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new InvalidInputException($"Invalid value for parameter '{_place}{name}' supplied: half of a surrogate pair is no text.", name);
        }
    }

    private JsonElement.ArrayEnumerator Elements(string name) => Find(name) is not { } value ? default
        : value.ValueKind != JsonValueKind.Array ? throw Invalid(name, value)
        : value.GetArrayLength() is var length && length <= MostElements ? value.EnumerateArray()
        : throw new InvalidInputException($"'{_place}{name}' has {length} elements: at most {MostElements} are allowed.", name);

    private JsonElement? Find(string name) =>
        _query is null && _object.ValueKind == JsonValueKind.Object && _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;
}
