using System.Text.Json;

namespace Orleans.MLOps.Server.Tests.Mlflow;

/// <summary>A field of a request: a good value and all that no door may take for it, as JSON.</summary>
/// <param name="Called">The field.</param>
/// <param name="Good">A value with which the request would pass; null to leave it out.</param>
/// <param name="Bad">Values with which it must be refused, all else being good.</param>
internal sealed record FuzzField(string Called, string? Good, params string[] Bad)
{
    private static readonly string[] NoText = ["12", "1e300", "true", "[1]", "{\"a\":1}", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\""];
    private static readonly string[] Absent = ["null", "\"\""];
    private static readonly string[] NoInteger = ["\"x\"", "\"1.5\"", "1.5", "true", "[1]", "{}", "1e300", "99999999999999999999", "\"\\u0000\""];
    private static readonly string[] NoList = ["\"x\"", "12", "true", "{\"a\":1}", "[1]", "[null]", "[[]]"];
    private static readonly string[] Climbing = ["\"../../etc/passwd\"", "\"..\\\\..\\\\x\"", "\"/etc/passwd\"", "\"%2e%2e/x\""];

    public static FuzzField Text(string name, string? good = null, params string[] bad) => new(name, Quote(good), [.. NoText, .. bad]);

    public static FuzzField LongText(string name, int longest) => Text(name, null, Long(longest + 1));

    public static FuzzField Required(string name, string good, params string[] bad) => new(name, Quote(good), [.. NoText, .. Absent, .. bad]);

    public static FuzzField Id(string name, string good) => Required(name, good, [.. Climbing, "\"nope\"", $"\"{new string('0', 32)}\"", Long(300), "\"'; DROP TABLE runs; --\""]);

    public static FuzzField Experiment(string good) => Required("experiment_id", good, [.. Climbing, "\"x\"", "\"-1\"", "\"99999999999999999999\"", "\"987654321\""]);

    public static FuzzField Name(string name, string good, int longest, params string[] bad) => Required(name, good, [.. bad, "\" \"", "\"a\\nb\"", Long(longest + 1)]);

    public static FuzzField TrackingKey(string name = "key") => Required(
        name, "fuzz", [.. Climbing, "\" \"", Long(251), "\"a/../b\"", "\"a//b\"", "\"a\\\\b\"", "\"a?b\"", "\"\\u202e\""]);

    public static FuzzField Key(string good = "fuzz") => Required("key", good, "\" \"", "\"a\\nb\"", Long(251));

    public static FuzzField Integer(string name, string? good = null, params string[] bad) => new(name, good, [.. NoInteger, .. bad]);

    public static FuzzField Time(string name, string? good = null) => Integer(name, good, [.. good is null ? [] : Absent, "9223372036854775807", "-9223372036854775808"]);

    public static FuzzField Limit(string good = "5") => Integer("max_results", good, "-1", "1000000000");

    public static FuzzField Number(string name) => new(name, "1.5", ["\"x\"", "\"1e999\"", "1e999", "true", "[1]", "{}", "\"\\u0000\"", .. Absent]);

    public static FuzzField OneOf(string name, string? good) => new(name, Quote(good), ["\"ASLEEP\"", "99", "-1", "1.5", "true", "[1]", "{}", "\"\\u0000\""]);

    public static FuzzField List(string name, string? good, params string[] bad) => new(name, good, [.. NoList, .. bad]);

    public static FuzzField Pairs(string name) => List(
        name,
        null,
        [.. NoText.Select(key => $$"""[{"key":"a"},{"key":{{key}},"value":"v"}]"""), .. NoText.Select(value => $$"""[{"key":"a"},{"key":"b","value":{{value}}}]"""),
         """[{"key":"a"},{"value":"v"}]""", $$"""[{"key":{{Long(251)}},"value":"v"}]"""]);

    public static FuzzField Filter() => Text("filter", null, "\"(((\"", "\"a = 1 OR b = 2\"", "\"nope.x = 1\"", "\"tags.x =\"", "\"'; DROP TABLE runs; --\"", Long(300_000));

    public static FuzzField Orders() => List("order_by", null, "[\"nope.x y\"]", "[\"\"]", "[\"\\u0000\"]", "[\"'; DROP TABLE runs; --\"]");

    public static FuzzField Token() => Text("page_token", null, "\"x\"", "\"!!\"", Long(10_000));

    /// <summary>The bad values that a query string can hold.</summary>
    public IEnumerable<string> BadInQuery(bool isText) => Bad
        .Where(value => value != "null" && !value.Contains("\\ud800", StringComparison.Ordinal) && (value[0] == '"' || (!isText && value[0] is not ('[' or '{'))))
        .Select(value => value[0] == '"' ? JsonElement.Parse(value).GetString()! : value);

    private static string Long(int length) => $"\"{new string('x', length)}\"";

    private static string? Quote(string? text) => text is null ? null : JsonSerializer.Serialize(text);
}
