using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Orleans.MLOps.Generators.Tests;

public sealed class ModelMappingGeneratorTests
{
    [Theory]
    [InlineData("[ModelInput] public partial record R(double A, string B);")]
    [InlineData("[ModelInput] internal partial class C { public required decimal? Price { get; init; } public bool? Known { get; set; } public string? Text { get; set; } public Half H { get; } }")]
    [InlineData("namespace N.@event { public partial struct Outer { private partial interface I { [ModelInput] public partial record struct @class(sbyte @int, ulong? Big) { } } } }")]
    [InlineData("[ModelInput(Tensors = true)] public partial class C { public float[] A { get; set; } = []; public ReadOnlyMemory<long> B { get; set; } public bool[] C1 { get; set; } = []; public string D { get; set; } = \"\"; public string[] E { get; set; } = []; public ReadOnlyMemory<string> F { get; set; } public Half G { get; set; } }")]
    [InlineData("[ModelOutput] public partial record R([Feature(\"probability\")] double P, string prediction_id) { public int model_version { get; init; } }")]
    [InlineData("[ModelOutput] public partial class C { public double? P { get; set; } public int? N { get; set; } public string? T { get; set; } public float[] A { get; init; } = []; public ReadOnlyMemory<bool> M { get; init; } public string[]? S { get; set; } public int Length => 3; }")]
    [InlineData("public record Base { public double X { get; init; } } [ModelInput, ModelOutput] public sealed partial record R(int Y) : Base;")]
    [InlineData("[ModelInput] public partial record R([property: Feature(\"a \\\"quoted\\\" name\")] double A);")]
    [InlineData("[ModelInput] public partial class Base { public double X { get; set; } } [ModelInput] public partial class Derived : Base { public string Z { get; set; } = \"\"; private double Hidden { get; set; } public static int S { get; set; } public int this[int i] => i; public double W { set { } } }")]
    public void Generate_TypesThatCanBeMapped_Compile(string source)
    {
        var (reported, compiler, code) = Snippet.Run(source);

        Assert.Empty(reported);
        Assert.Empty(compiler);
        Assert.NotEmpty(code);
    }

    [Theory]
    [InlineData("[ModelInput] public record R(double A);", "MLOPS001 'R' cannot be mapped to a model: 'R' is not partial")]
    [InlineData("public class Outer { [ModelInput] public partial record R(double A); }", "MLOPS001 'R' cannot be mapped to a model: 'Outer' is not partial")]
    [InlineData("[ModelInput] public partial record R<T>(double A);", "MLOPS001 'R' cannot be mapped to a model: 'R' has type parameters")]
    [InlineData("[ModelInput] file partial record R(double A);", "MLOPS001 'R' cannot be mapped to a model: 'R' is local to its file")]
    [InlineData("[ModelInput] public ref partial struct R { public double A { get; set; } }", "MLOPS001 'R' cannot be mapped to a model: it is static or a ref struct")]
    [InlineData("[ModelInput] public partial record R;", "MLOPS001 'R' cannot be mapped to a model: it has no public property that can be read")]
    [InlineData("[ModelOutput] public partial class C { public int A => 1; }", "MLOPS001 'C' cannot be mapped to a model: it has no public property that can be set")]
    [InlineData("[ModelInput] public partial record R(DateTime A);", "MLOPS002 'R.A' cannot be mapped to a model: its type is System.DateTime; allowed are numbers, bool and string, nullable too")]
    [InlineData("[ModelInput] public partial record R(float[] A);", "MLOPS002 'R.A' cannot be mapped to a model: its type is float[]; a feature is one value, arrays are for [ModelInput(Tensors = true)]")]
    [InlineData("[ModelInput(Tensors = true)] public partial record R(decimal A);", "MLOPS002 'R.A' cannot be mapped to a model: its type is decimal; no tensor has such numbers, allowed are numbers except decimal, bool, string, and arrays and ReadOnlyMemory of them")]
    [InlineData("[ModelInput(Tensors = true)] public partial record R(float? A);", "MLOPS002 'R.A' cannot be mapped to a model: its type is float?; tensors have no missing values")]
    [InlineData("[ModelInput(Tensors = true)] public partial record R(string? A);", "MLOPS002 'R.A' cannot be mapped to a model: its type is string?; tensors have no missing values")]
    [InlineData("[ModelInput(Tensors = true)] public partial record R(float?[] A);", "MLOPS002 'R.A' cannot be mapped to a model: its type is float?[]; tensors have no missing values")]
    [InlineData("[ModelInput(Tensors = true)] public partial record R(float[,] A);", "MLOPS002 'R.A' cannot be mapped to a model: its type is float[*,*]; allowed are numbers except decimal, bool, string, and arrays and ReadOnlyMemory of them")]
    [InlineData("[ModelOutput] public partial record R(object A);", "MLOPS002 'R.A' cannot be mapped to a model: its type is object; allowed are numbers except decimal, bool, string, and arrays and ReadOnlyMemory of them")]
    [InlineData("[ModelInput] public partial record R([Feature(\"x\")] double A, [Feature(\"x\")] double B);", "MLOPS003 'R.B' cannot be mapped to a model: another property is named 'x' too")]
    [InlineData("[ModelInput] public partial record R([Feature(\"\")] double A);", "MLOPS003 'R.A' cannot be mapped to a model: its name is empty; give the feature's name")]
    [InlineData("[ModelOutput] public partial class C(int other) { public int A { get; set; } = other; }", "MLOPS004 'C' cannot hold what a model answers: it has no constructor whose parameters are all public properties, by name and type")]
    [InlineData("[ModelOutput] public abstract partial class C { public int A { get; set; } }", "MLOPS004 'C' cannot hold what a model answers: it is abstract")]
    public void Generate_TypesThatCannotBeMapped_SayWhy(string source, string expected)
    {
        var (reported, _, code) = Snippet.Run(source);

        Assert.Equal([expected], reported);
        Assert.Empty(code);
    }

    [Fact]
    public void Generate_AProblem_IsReportedAtTheProperty()
    {
        CSharpGeneratorDriver.Create(new ModelMappingGenerator()).RunGeneratorsAndUpdateCompilation(
            Snippet.Create("[ModelInput] public partial class C { public DateTime When { get; set; } }"), out _, out var reported, TestContext.Current.CancellationToken);

        var location = Assert.Single(reported).Location;
        Assert.Equal(("snippet.cs", 2), (location.GetLineSpan().Path, location.GetLineSpan().StartLinePosition.Line));
    }

    [Fact]
    public void Generate_AfterAnUnrelatedChange_WritesNothingAgain()
    {
        var compilation = Snippet.Create("[ModelInput] public partial record R(double A, [Feature(\"b\")] string B);");
        var driver = CSharpGeneratorDriver.Create([new ModelMappingGenerator().AsSourceGenerator()], driverOptions: new(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true))
            .RunGenerators(compilation, TestContext.Current.CancellationToken);

        var changed = compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(SourceText.From("class Other;"), new CSharpParseOptions(LanguageVersion.Latest), cancellationToken: TestContext.Current.CancellationToken));
        var result = driver.RunGenerators(changed, TestContext.Current.CancellationToken).GetRunResult().Results.Single();

        var reasons = result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs).Select(output => output.Reason);
        Assert.All(reasons, reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }
}
