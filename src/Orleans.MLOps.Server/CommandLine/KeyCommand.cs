using Orleans.MLOps.Server.Security;

namespace Orleans.MLOps.Server.CommandLine;

/// <summary><c>key</c>: makes an API key, prints it once with the configuration lines of its hash, and stores nothing.</summary>
internal static class KeyCommand
{
    private const string OperatorOption = "--operator";

    public static int Run(string[] arguments)
    {
        // A bad name is not repeated: it may be a key.
        if (arguments.Except([OperatorOption]).ToArray() is not [var name] || arguments.Length > 2 || !ApiKeyText.IsName(name))
        {
            return NodeCommand.Refuse(
                $"key takes a NAME of 1 to 64 letters, digits, '.', '_' and '-' that starts with a letter or digit and not with '{ApiKeyText.Prefix}', and {OperatorOption} where dashboard and metrics are to open too.",
                ExitCodes.Usage);
        }

        Write(Console.Out, name, arguments.Contains(OperatorOption));
        return ExitCodes.Success;
    }

    private static void Write(TextWriter output, string name, bool isOperator)
    {
        var key = ApiKeyText.Create();
        output.WriteLine(key);
        output.WriteLine();
        output.WriteLine("The key is shown this once and stored nowhere. The node gets its hash, from the environment (0 is its place in the list):");
        output.WriteLine($"Mlops__ApiKeys__0__Name={name}");
        output.WriteLine($"Mlops__ApiKeys__0__Sha256={ApiKeyText.HashText(key)}");
        output.WriteLine($"Mlops__ApiKeys__0__Operator={(isOperator ? "true" : "false")}");
        output.WriteLine("or as an element of Mlops:ApiKeys in appsettings.json:");
        output.WriteLine($$"""{ "Name": "{{name}}", "Sha256": "{{ApiKeyText.HashText(key)}}", "Operator": {{(isOperator ? "true" : "false")}} }""");
    }
}
