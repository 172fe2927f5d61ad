using Orleans.MLOps.Server.CommandLine;

namespace Orleans.MLOps.Server.Security;

/// <summary>Reads <c>Mlops:ApiKeys</c>. Messages never hold a value: people put keys where hashes belong.</summary>
internal static class ApiKeySettings
{
    private const string Section = "Mlops:ApiKeys";

    private static readonly string[] Fields = [nameof(ApiKey.Name), nameof(ApiKey.Sha256), nameof(ApiKey.Operator), nameof(ApiKey.Endpoints)];

    /// <exception cref="UsageException">Something there is no list of well-formed keys.</exception>
    public static ApiKey[] Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        if (!string.IsNullOrEmpty(section.Value))
        {
            throw new UsageException($"{Section} is plain text: it must be a list with {string.Join(", ", Fields)}; make the lines with 'Orleans.MLOps.Server key NAME'.");
        }

        // Configuration sorts children with numbers in order, so positions equal the numbers unless one is left out.
        ApiKey[] keys = [.. section.GetChildren().Select(Entry)];
        try
        {
            ApiKeyRules.Check(keys);
            return keys;
        }
        catch (InvalidInputException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private static ApiKey Entry(IConfigurationSection entry, int position)
    {
        if (entry.Key != position.ToString())
        {
            throw new UsageException($"{Section} has no entry {position} but a later one: entries must be numbered from 0 without a gap; renumber them.");
        }

        foreach (var field in entry.GetChildren())
        {
            if (!Fields.Contains(field.Key, StringComparer.OrdinalIgnoreCase))
            {
                throw new UsageException($"{ApiKeyRules.Place(position)} has a field that is not known: {string.Join(", ", Fields)} are allowed; remove it.");
            }
        }

        return new ApiKey
        {
            Name = entry[nameof(ApiKey.Name)] ?? "",
            Sha256 = entry[nameof(ApiKey.Sha256)] ?? "",
            Operator = (entry[nameof(ApiKey.Operator)] ?? "false") is var text && bool.TryParse(text, out var isOperator)
                ? isOperator
                : throw new UsageException($"{ApiKeyRules.Place(position, nameof(ApiKey.Operator))} is other text: it must be true or false; correct it or leave it out for false."),
            Endpoints = Endpoints(entry, position),
        };
    }

    /// <summary>A section that is there but empty stays an empty list, which is refused: somebody meant a limit.</summary>
    private static string[]? Endpoints(IConfigurationSection entry, int position)
    {
        if (!entry.GetChildren().Any(field => field.Key.Equals(nameof(ApiKey.Endpoints), StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        var section = entry.GetSection(nameof(ApiKey.Endpoints));
        return string.IsNullOrEmpty(section.Value)
            ? [.. section.GetChildren().Select(endpoint => endpoint.Value ?? "")]
            : throw new UsageException($"{ApiKeyRules.Place(position, nameof(ApiKey.Endpoints))} is plain text: it must be a list of 'project/endpoint', 'endpoint' or '*'; make the lines with 'Orleans.MLOps.Server key NAME --endpoint ENDPOINT'.");
    }
}
