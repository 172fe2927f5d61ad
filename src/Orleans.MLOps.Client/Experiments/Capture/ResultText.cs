using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orleans.MLOps.Client.Experiments.Capture;

/// <summary>A body's result as JSON; what JSON cannot hold, as its words.</summary>
internal static class ResultText
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static string Of<TResult>(TResult result)
    {
        try
        {
            return JsonSerializer.Serialize(result, Readable);
        }
        catch (Exception error) when (error is NotSupportedException or JsonException)
        {
            return JsonSerializer.Serialize($"{result}");
        }
    }
}
