using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Orleans.MLOps.Generators;

/// <summary>Writes how rows become what a model takes, and how what it gives becomes rows, for types with <c>[ModelInput]</c> and <c>[ModelOutput]</c>.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class ModelMappingGenerator : IIncrementalGenerator
{
    private const string Typed = "Orleans.MLOps.Serving.Typed.";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        Register(context, Typed + "ModelInputAttribute", isOutput: false);
        Register(context, Typed + "ModelOutputAttribute", isOutput: true);
    }

    private static void Register(IncrementalGeneratorInitializationContext context, string attribute, bool isOutput)
    {
        var types = context.SyntaxProvider.ForAttributeWithMetadataName(
            attribute,
            static (node, _) => node is TypeDeclarationSyntax,
            (found, cancellation) => TypeReader.Read((INamedTypeSymbol)found.TargetSymbol, isOutput ? MappingForm.Outputs : FormOf(found.Attributes[0]), cancellation));
        context.RegisterSourceOutput(types, Write);
    }

    private static MappingForm FormOf(AttributeData attribute) =>
        attribute.NamedArguments.Any(argument => argument is { Key: "Tensors", Value.Value: true }) ? MappingForm.Tensors : MappingForm.Columns;

    private static void Write(SourceProductionContext context, MappedType type)
    {
        foreach (var problem in type.Problems)
        {
            context.ReportDiagnostic(problem.ToDiagnostic());
        }

        if (type.Problems.Count == 0)
        {
            context.AddSource(type.HintName, SourceText.From(MappingWriter.Write(type), Encoding.UTF8));
        }
    }
}
