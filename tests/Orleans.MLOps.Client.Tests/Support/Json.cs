using System.Text.Json;
using Orleans.MLOps.Governance;

namespace Orleans.MLOps.Client.Tests.Support;

/// <summary>Compares records by value, arrays and dictionaries included.</summary>
public static class Json
{
    public static string Of(object? value) => JsonSerializer.Serialize(value, CatalogJson.Options);
}
