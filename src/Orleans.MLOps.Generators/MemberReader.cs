using Microsoft.CodeAnalysis;

namespace Orleans.MLOps.Generators;

/// <summary>Reads a property: what its type is to a model.</summary>
internal static class MemberReader
{
    private const string FeatureAttribute = "Orleans.MLOps.Serving.Typed.FeatureAttribute";

    private static readonly SymbolDisplayFormat Full = SymbolDisplayFormat.FullyQualifiedFormat;

    /// <summary>The name that the property, or the parameter of the same name of a positional record, is given.</summary>
    public static string NameOf(IPropertySymbol property, INamedTypeSymbol type)
    {
        var parameters = type.InstanceConstructors.SelectMany(constructor => constructor.Parameters)
            .Where(parameter => string.Equals(parameter.Name, property.Name, StringComparison.OrdinalIgnoreCase));
        var given = new ISymbol[] { property }.Concat(parameters)
            .SelectMany(symbol => symbol.GetAttributes())
            .FirstOrDefault(attribute => attribute.AttributeClass?.ToDisplayString() == FeatureAttribute);
        return given is { ConstructorArguments.Length: 1 } ? given.ConstructorArguments[0].Value as string ?? "" : property.Name;
    }

    /// <summary>The property as it is mapped; null with a reason if it cannot be.</summary>
    public static MappedMember? Read(IPropertySymbol property, string feature, MappingForm form, int place, out string reason)
    {
        var element = ElementOf(property.Type, out var several);
        var nullable = IsNullable(property.Type);
        var holes = several && (IsNullableValue(element) || (form == MappingForm.Tensors && IsNullable(element)));
        if (IsNullableValue(element))
        {
            element = ((INamedTypeSymbol)element).TypeArguments[0];
        }

        var kind = KindOf(element);
        reason = (kind, form, several) switch
        {
            (null, _, _) => $"its type is {property.Type.ToDisplayString()}; allowed are {Allowed(form)}",
            (_, MappingForm.Columns, true) => $"its type is {property.Type.ToDisplayString()}; a feature is one value, arrays are for [ModelInput(Tensors = true)]",
            (ElementKind.Money, not MappingForm.Columns, _) => $"its type is {property.Type.ToDisplayString()}; no tensor has such numbers, allowed are {Allowed(form)}",
            _ => holes || (nullable && form == MappingForm.Tensors) ? $"its type is {property.Type.ToDisplayString()}; tensors have no missing values" : "",
        };
        return reason.Length > 0
            ? null
            : new(property.Name, feature, element.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(Full), kind!.Value, several, nullable && !several, place);
    }

    private static ITypeSymbol ElementOf(ITypeSymbol type, out bool several)
    {
        several = true;
        switch (type)
        {
            case IArrayTypeSymbol { Rank: 1 } array:
                return array.ElementType;
            case INamedTypeSymbol { Name: "ReadOnlyMemory", Arity: 1 } memory when memory.ContainingNamespace.ToDisplayString() == "System":
                return memory.TypeArguments[0];
            default:
                several = false;
                return type;
        }
    }

    private static bool IsNullable(ITypeSymbol type) =>
        IsNullableValue(type) || type is { IsReferenceType: true, NullableAnnotation: NullableAnnotation.Annotated };

    private static bool IsNullableValue(ITypeSymbol type) => type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;

    private static ElementKind? KindOf(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_SByte or SpecialType.System_Byte or SpecialType.System_Int16 or SpecialType.System_UInt16 or SpecialType.System_Int32
            or SpecialType.System_UInt32 or SpecialType.System_Int64 or SpecialType.System_UInt64 => ElementKind.Integer,
        SpecialType.System_Single or SpecialType.System_Double => ElementKind.Floating,
        SpecialType.System_Decimal => ElementKind.Money,
        SpecialType.System_Boolean => ElementKind.Truth,
        SpecialType.System_String => ElementKind.Text,
        _ => type is { Name: "Half", TypeKind: TypeKind.Struct } && type.ContainingNamespace.ToDisplayString() == "System" ? ElementKind.Floating : null,
    };

    private static string Allowed(MappingForm form) => form == MappingForm.Columns
        ? "numbers, bool and string, nullable too"
        : "numbers except decimal, bool, string, and arrays and ReadOnlyMemory of them";
}
