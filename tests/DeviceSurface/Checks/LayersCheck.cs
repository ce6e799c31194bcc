// The arrows of lib/ARCHITECTURE.md: which room of the libraries may know which. Rooms are namespaces.

using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DeviceSurface.Checks;

/// <summary>Finds uses of a room by a room that may not know it.</summary>
internal sealed class LayersCheck : ICheck
{
    private const string Product = "nanoPptp";

    private static readonly string[] s_ground =
        ["nanoPptp.Crypto", "nanoPptp.Diagnostics", "nanoPptp.Memory", "nanoPptp.Time"];

    private static readonly string[] s_machine = [.. s_ground, "nanoPptp.Wire"];

    private static readonly Dictionary<string, string[]> s_mayKnow = new()
    {
        ["nanoPptp.Crypto"] = [],
        ["nanoPptp.Diagnostics"] = [],
        ["nanoPptp.Time"] = [],
        ["nanoPptp.Memory"] = ["nanoPptp.Diagnostics"],
        ["nanoPptp.Wire"] = ["nanoPptp.Diagnostics"],
        ["nanoPptp.Control"] = s_machine,
        ["nanoPptp.Gre"] = s_machine,
        ["nanoPptp.Ppp"] = s_machine,
        ["nanoPptp.Auth"] = s_machine,
        ["nanoPptp.Mppe"] = s_machine,
        ["nanoPptp.Client"] =
        [
            .. s_machine, "nanoPptp.Control", "nanoPptp.Gre", "nanoPptp.Ppp", "nanoPptp.Auth",
            "nanoPptp.Mppe",
        ],
        ["nanoPptp.Telemetry.Senml"] = ["nanoPptp.Wire"],
        ["nanoPptp.Telemetry.Queue"] = ["nanoPptp.Wire"],
        ["nanoPptp.Telemetry.Coap"] = ["nanoPptp.Crypto", "nanoPptp.Wire"],
        ["nanoPptp.Telemetry.Tcp"] = ["nanoPptp.Diagnostics", "nanoPptp.Wire"],
        ["nanoPptp.Telemetry.Mqtt"] =
        [
            "nanoPptp.Diagnostics", "nanoPptp.Time", "nanoPptp.Wire", "nanoPptp.Telemetry.Tcp",
        ],
        ["nanoPptp.Telemetry.Ip"] =
        [
            "nanoPptp.Client", "nanoPptp.Diagnostics", "nanoPptp.Memory", "nanoPptp.Wire",
            "nanoPptp.Telemetry.Tcp",
        ],
        ["nanoPptp.Telemetry.Uplink"] =
        [
            "nanoPptp.Client", "nanoPptp.Crypto", "nanoPptp.Diagnostics", "nanoPptp.Telemetry.Coap",
            "nanoPptp.Telemetry.Ip", "nanoPptp.Telemetry.Mqtt", "nanoPptp.Telemetry.Queue",
            "nanoPptp.Telemetry.Senml", "nanoPptp.Telemetry.Tcp", "nanoPptp.Wire",
        ],
    };

    public IEnumerable<Finding> Examine(DeviceCode code)
    {
        foreach (TypeDefinition type in code.Types.Where(type => IsOurs(RoomOf(type))))
        {
            string room = RoomOf(type);
            string where = Il.NameOf(type);
            if (!s_mayKnow.TryGetValue(room, out string[]? known))
            {
                yield return new Finding(where, $"the room {room} is not in the list of layers");
                continue;
            }

            foreach (string other in MentionedBy(type).Select(RoomOf).Distinct())
            {
                if (IsOurs(other) && other != room && !known.Contains(other))
                {
                    yield return new Finding(where, $"{room} may not know {other}");
                }
            }
        }
    }

    private static bool IsOurs(string room) =>
        room == Product || room.StartsWith(Product + ".", StringComparison.Ordinal);

    private static string RoomOf(TypeReference type)
    {
        TypeReference outer = type.GetElementType();
        while (outer.DeclaringType is TypeReference declaring)
        {
            outer = declaring;
        }

        return outer.Namespace;
    }

    private static IEnumerable<TypeReference> MentionedBy(TypeDefinition type)
    {
        IEnumerable<TypeReference?> mentioned = type.Fields.Select(field => field.FieldType)
            .Concat(type.Interfaces.Select(one => one.InterfaceType))
            .Append(type.BaseType)
            .Concat(type.Methods.SelectMany(MentionedBy));
        return mentioned.OfType<TypeReference>();
    }

    private static IEnumerable<TypeReference?> MentionedBy(MethodDefinition method)
    {
        IEnumerable<TypeReference?> signature =
            method.Parameters.Select(one => one.ParameterType).Append(method.ReturnType);
        return method.HasBody
            ? signature
                .Concat(method.Body.Variables.Select(local => local.VariableType))
                .Concat(method.Body.Instructions.Select(MentionedBy))
            : signature;
    }

    private static TypeReference? MentionedBy(Instruction instruction) =>
        instruction.Operand switch
        {
            TypeReference type => type,
            MemberReference member => member.DeclaringType,
            _ => null,
        };
}
