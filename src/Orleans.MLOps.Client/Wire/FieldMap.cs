using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orleans.MLOps.Client.Wire;

/// <summary>One property of a record with the field of its message that has the same name.</summary>
internal sealed record FieldMap
{
    private static readonly NullabilityInfoContext Nullability = new();
    private static readonly Lock NullabilityLock = new();

    public required PropertyInfo Property { get; init; }

    public required PropertyInfo Field { get; init; }

    /// <summary>Tells whether an optional scalar is present; null for fields without presence.</summary>
    public PropertyInfo? Presence { get; init; }

    /// <summary>Null is a value of the property.</summary>
    public bool Nullable { get; init; }

    /// <summary>The property must be set.</summary>
    public bool Required { get; init; }

    /// <summary>The field's name in the .proto file.</summary>
    public required string Name { get; init; }

    /// <summary>The fields of a record, in its order.</summary>
    /// <exception cref="InvalidOperationException">The message lacks a field of the record.</exception>
    public static FieldMap[] Of(Type record, Type message)
    {
        var properties = record.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        var maps = new List<FieldMap>(properties.Length);
        foreach (var property in properties)
        {
            var field = message.GetProperty(property.Name)
                ?? throw new InvalidOperationException($"Message {message.Name} has no field for {record.Name}.{property.Name}.");
            maps.Add(new()
            {
                Property = property,
                Field = field,
                Presence = message.GetProperty("Has" + property.Name),
                Nullable = IsNullable(property),
                Required = property.IsDefined(typeof(RequiredMemberAttribute)),
                Name = WireName.Of(property.Name),
            });
        }

        return [.. maps];
    }

    private static bool IsNullable(PropertyInfo property)
    {
        if (property.PropertyType.IsValueType)
        {
            return System.Nullable.GetUnderlyingType(property.PropertyType) is not null;
        }

        lock (NullabilityLock)
        {
            return Nullability.Create(property).ReadState == NullabilityState.Nullable;
        }
    }
}
