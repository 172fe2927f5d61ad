using System.Text.Json;
using Orleans.MLOps.Server.Security;

namespace Orleans.MLOps.Server.CommandLine;

/// <summary><c>key</c>: makes an API key, prints it once with the configuration lines of its hash, and stores nothing.</summary>
internal static class KeyCommand
{
    private const string OperatorOption = "--operator";
    private const string EndpointOption = "--endpoint";

    public static int Run(string[] arguments)
    {
        var key = ApiKeyText.Create();
        try
        {
            var holder = Read(arguments, ApiKeyText.HashText(key));
            ApiKeyRules.Check([holder]);
            Write(Console.Out, key, holder);
            return ExitCodes.Success;
        }
        catch (InvalidInputException)
        {
            // A bad name is not repeated: it may be a key.
            return NodeCommand.Refuse(
                $"key takes a NAME of 1 to 64 letters, digits, '.', '_' and '-' that starts with a letter or digit and not with '{ApiKeyText.Prefix}', and {OperatorOption} where dashboard and metrics are to open too, or {EndpointOption} with 'project/endpoint', 'endpoint' or '*', as often as needed, where it is to ask these endpoints and nothing else.",
                ExitCodes.Usage);
        }
    }

    /// <summary>What cannot be read has no name, which no key may have.</summary>
    private static ApiKey Read(string[] arguments, string hash)
    {
        var (names, endpoints, operators) = (new List<string>(), new List<string>(), 0);
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case OperatorOption:
                    operators++;
                    break;
                case EndpointOption:
                    endpoints.Add(++i < arguments.Length && !arguments[i].StartsWith("--", StringComparison.Ordinal) ? arguments[i] : "");
                    break;
                default:
                    names.Add(arguments[i]);
                    break;
            }
        }

        return new ApiKey
        {
            Name = names is [var name] && operators <= 1 ? name : "",
            Sha256 = hash,
            Operator = operators > 0,
            Endpoints = endpoints.Count > 0 ? endpoints : null,
        };
    }

    private static void Write(TextWriter output, string key, ApiKey holder)
    {
        var isOperator = holder.Operator ? "true" : "false";
        output.WriteLine(key);
        output.WriteLine();
        output.WriteLine("The key is shown this once and stored nowhere. The node gets its hash, from the environment (0 is its place in the list):");
        output.WriteLine($"Mlops__ApiKeys__0__Name={holder.Name}");
        output.WriteLine($"Mlops__ApiKeys__0__Sha256={holder.Sha256}");
        output.WriteLine($"Mlops__ApiKeys__0__Operator={isOperator}");
        for (var i = 0; i < (holder.Endpoints?.Count ?? 0); i++)
        {
            output.WriteLine($"Mlops__ApiKeys__0__Endpoints__{i}={holder.Endpoints![i]}");
        }

        output.WriteLine("or as an element of Mlops:ApiKeys in appsettings.json:");
        var endpoints = holder.Endpoints is { } list ? $", \"Endpoints\": {JsonSerializer.Serialize(list)}" : "";
        output.WriteLine($$"""{ "Name": "{{holder.Name}}", "Sha256": "{{holder.Sha256}}", "Operator": {{isOperator}}{{endpoints}} }""");
    }
}
