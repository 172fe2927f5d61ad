using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Orleans.MLOps.Serving.Typed;

namespace Orleans.MLOps.Generators.Tests;

/// <summary>Runs the generator on a piece of source.</summary>
internal static class Snippet
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Latest);

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(path) == "netstandard.dll")
            .Append(typeof(ModelInputAttribute).Assembly.Location)
            .Append(Assembly.Load("Orleans.Serialization.Abstractions").Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>What the generator reports, and what the compiler does of everything together.</summary>
    public static (string[] Reported, string[] Compiler, string Code) Run(string source)
    {
        var compilation = Create(source);
        var driver = CSharpGeneratorDriver.Create([new ModelMappingGenerator().AsSourceGenerator()], parseOptions: Options)
            .RunGeneratorsAndUpdateCompilation(compilation, out var output, out var reported, TestContext.Current.CancellationToken);
        return (
            [.. reported.Select(diagnostic => $"{diagnostic.Id} {diagnostic.GetMessage()}")],
            [.. output.GetDiagnostics(TestContext.Current.CancellationToken).Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(diagnostic => diagnostic.ToString())],
            string.Concat(driver.GetRunResult().GeneratedTrees));
    }

    public static CSharpCompilation Create(string source) => CSharpCompilation.Create(
        "snippet",
        [CSharpSyntaxTree.ParseText("using System;\nusing Orleans.MLOps.Serving.Typed;\n" + source, Options, "snippet.cs")],
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
}
